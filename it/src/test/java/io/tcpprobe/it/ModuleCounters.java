package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The content of /proc/net/stat/lyatiss_cw_tcpprobe, with the counters of all processors added up. */
record ModuleCounters(
        long active,
        long slots,
        long searchFlows,
        long found,
        long created,
        long ended,
        long purgeInProgress,
        long ringFull,
        long maxflowReached,
        long memoryAllocFailed,
        long multipleReader,
        long copyFailed) {
    private static final String COUNTERS =
            " hash_stat: C C C C, ack_drop: C C, conn_drop: C C, err: C C\n".replace("C", "( {0,5}\\d+)");

    private static final Pattern FORMAT = Pattern.compile("Flows: active (\\d+) mem \\d+K\n"
            + "Hash: size (\\d+) mem \\d+K\n"
            + "cpu# hash_stat: <search_flows found new reset>, ack_drop: <purge_in_progress ring_full>,"
            + " conn_drop: <maxflow_reached memory_alloc_failed>, err: <multiple_reader copy_failed>\n"
            + "Total:" + COUNTERS + "cpu0:" + COUNTERS + "cpu1:" + COUNTERS);

    /** Parses the whole file, which must have its exact format; the counters of all processors must add up to the total. */
    static ModuleCounters parse(String text) {
        Matcher match = FORMAT.matcher(text);
        assertTrue(match.matches(), text);
        List<Long> all = java.util.stream.IntStream.rangeClosed(1, match.groupCount())
                .mapToObj(group -> Long.parseLong(match.group(group).strip()))
                .toList();
        List<Long> total = all.subList(2, 12);
        for (int i = 0; i < total.size(); i++) {
            assertTrue(total.get(i) == all.get(i + 12) + all.get(i + 22), text);
        }
        return new ModuleCounters(
                all.get(0),
                all.get(1),
                total.get(0),
                total.get(1),
                total.get(2),
                total.get(3),
                total.get(4),
                total.get(5),
                total.get(6),
                total.get(7),
                total.get(8),
                total.get(9));
    }
}
