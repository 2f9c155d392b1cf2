package io.tcpprobe.agent.flows;

/** Formats a process as text: its id and its name. */
public final class ProcessText {
    private ProcessText() {}

    /**
     * Formats a process: "4711/nginx". A process chooses its name, so control characters are replaced by '?': the text is printed in
     * terminals and consoles.
     *
     * @param command the name; empty if unknown
     */
    public static String of(long pid, String command) {
        return command.isEmpty() ? Long.toString(pid) : pid + "/" + command.replaceAll("\\p{Cc}", "?");
    }
}
