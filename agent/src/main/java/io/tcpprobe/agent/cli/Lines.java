package io.tcpprobe.agent.cli;

import java.util.List;
import java.util.stream.Collectors;

/** Lines of machine-readable output. */
final class Lines {
    private Lines() {}

    /** Returns a line of comma-separated values (RFC 4180). */
    static String csv(List<String> values) {
        return values.stream().map(Lines::quoted).collect(Collectors.joining(","));
    }

    private static String quoted(String text) {
        return text.matches("[\\w.:/ -]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Returns a text for a terminal: "-" if empty; control characters, which names of processes may contain, are replaced. */
    static String shown(String text) {
        return text.isEmpty() ? "-" : text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
