package io.tcpprobe.agent.flows;

import java.util.regex.Pattern;

/** Formats a process as text: its id and its name. */
public final class ProcessText {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

    private ProcessText() {}

    /**
     * Formats a process: "4711/nginx". A process chooses its name, so control characters are replaced by '?': the text is printed in
     * terminals and consoles.
     *
     * @param command the name; empty if unknown
     */
    public static String of(long pid, String command) {
        return command.isEmpty() ? Long.toString(pid) : pid + "/" + name(command);
    }

    /** Returns the name of a process with control characters replaced by '?'. */
    public static String name(String command) {
        return CONTROL.matcher(command).replaceAll("?");
    }
}
