package io.tcpprobe.agent.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Suggests correct names for a mistyped one. */
final class Suggestions {
    private static final int MAX_DISTANCE = 2;

    private Suggestions() {}

    /**
     * Returns the names within one or two edits of the typed one, the closest first. Names of at most two characters are left out: they are
     * close to every name.
     */
    static List<String> to(String typed, Collection<String> names) {
        return names.stream()
                .filter(name -> name.length() > MAX_DISTANCE && distance(typed, name) <= MAX_DISTANCE)
                .sorted(Comparator.comparingInt(name -> distance(typed, name)))
                .toList();
    }

    /** Returns the Levenshtein distance: the number of characters to insert, delete or replace. */
    private static int distance(String one, String other) {
        int[] before = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] now = new int[other.length() + 1];
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                now[j] = Math.min(replaced, 1 + Math.min(before[j], now[j - 1]));
            }
            before = now;
        }
        return before[other.length()];
    }
}
