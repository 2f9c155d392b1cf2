package io.tcpprobe.agent.cli;

/** The main class that the launcher starts. */
public final class Main {
    private Main() {}

    /** Runs a command; see {@link Commands}. Exits with the command's exit status. */
    public static void main(String[] arguments) {
        System.exit(Commands.execute(arguments));
    }
}
