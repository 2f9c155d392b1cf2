package io.tcpprobe.agent.cli;

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
}
