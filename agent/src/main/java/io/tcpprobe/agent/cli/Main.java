package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.logging.Logging;
import java.io.PrintWriter;
import java.util.Optional;

/** The main class that the launcher starts. */
public final class Main {
    private Main() {}

    /** Runs a command; see {@link Commands}. Exits with the command's exit status. */
    public static void main(String[] arguments) {
        Logging.start();
        Logging.warningsOnly(); // until the agent runs; see the setting debug
        Optional<RunCommand> agent = RunCommand.plainly(arguments);
        System.exit(agent.isPresent() ? run(agent.get()) : Commands.execute(arguments));
    }

    /** Runs the agent without picocli, but reports what fails as {@link Commands#execute} does. */
    private static int run(RunCommand agent) {
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        try {
            try {
                return agent.call();
            } catch (Exception failed) {
                return CommandException.report(failed, err);
            }
        } catch (Exception unexpected) {
            unexpected.printStackTrace(err);
            return Commands.FAILED;
        }
    }
}
