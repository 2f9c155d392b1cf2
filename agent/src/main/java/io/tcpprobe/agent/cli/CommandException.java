package io.tcpprobe.agent.cli;

/** A command that fails, with the one line that its user is told. */
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
