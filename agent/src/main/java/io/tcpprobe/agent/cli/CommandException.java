package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.state.StartException;
import java.io.PrintWriter;

/** Reports a failed command, with the one line to print for the user. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitStatus;

    CommandException(int exitStatus, String message) {
        super(message);
        this.exitStatus = exitStatus;
    }

    int exitStatus() {
        return exitStatus;
    }

    /**
     * Prints why a command failed, and returns its exit status.
     *
     * @throws Exception the same exception, if it is not one that commands report
     */
    static int report(Exception failed, PrintWriter err) throws Exception {
        switch (failed) {
            case StartException start -> start.problems().forEach(problem -> err.println("tcpprobe: " + problem));
            case CommandException said -> err.println("tcpprobe: " + said.getMessage());
            default -> throw failed;
        }
        err.flush();
        return failed instanceof CommandException said ? said.exitStatus() : Commands.FAILED;
    }
}
