package io.tcpprobe.agent.premain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code -javaagent:jar=OPTIONS}: {@code KEY=VALUE,KEY=VALUE}. A value may contain commas: text after a comma that has no
 * "=" belongs to the value before it, as in
 *
 * <pre>
 *   snmp.listen=127.0.0.1:1161,[::1]:1161,http.listen=127.0.0.1:0
 * </pre>
 *
 * <p>If a value contains both a comma and "=" after it, write the comma as "\,", which never ends a value.
 */
final class Assignments {
    private Assignments() {}

    /**
     * Returns the assignments, in their order.
     *
     * @param options the text, or null or "" for none
     */
    static List<String> split(@Nullable String options) {
        List<String> assignments = new ArrayList<>();
        if (options == null || options.isEmpty()) {
            return assignments;
        }
        for (String part : options.split("(?<!\\\\),", -1)) {
            String text = part.replace("\\,", ",");
            int last = assignments.size() - 1;
            if (last >= 0 && part.indexOf('=') < 0) {
                assignments.set(last, assignments.get(last) + "," + text);
            } else {
                assignments.add(text);
            }
        }
        return assignments;
    }
}
