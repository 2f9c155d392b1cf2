package io.tcpprobe.kernel.module;

import io.tcpprobe.kernel.flow.FlowStatistic;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads /proc/net/stat/lyatiss_cw_tcpprobe:
 *
 * <pre>
 *     Flows: active 4 mem 0K
 *     Hash: size 4721 mem 36K
 *     cpu# hash_stat: &lt;search_flows found new reset&gt;, ack_drop: ...
 *     Total: hash_stat:      0  25877    151    147, ack_drop:      0      0, conn_drop:      0      0, err:      0      0
 * </pre>
 */
final class ModuleStatistics {
    private static final Pattern NUMBER = Pattern.compile("(?<![A-Za-z_])\\d{1,18}");
    private static final List<FlowStatistic> FLOWS = List.of(FlowStatistic.ACTIVE_FLOWS, FlowStatistic.MEMORY);
    private static final List<FlowStatistic> HASH = List.of(FlowStatistic.HASH_SIZE, FlowStatistic.HASH_MEMORY);
    private static final List<FlowStatistic> TOTAL = List.of(
            FlowStatistic.SEARCH_FLOWS,
            FlowStatistic.FOUND,
            FlowStatistic.NEW,
            FlowStatistic.RESET,
            FlowStatistic.PURGE_IN_PROGRESS,
            FlowStatistic.RING_FULL,
            FlowStatistic.MAXFLOW_REACHED,
            FlowStatistic.MEMORY_ALLOC_FAILED,
            FlowStatistic.MULTIPLE_READER,
            FlowStatistic.COPY_FAILED);
    private static final long KIB = 1024;

    private ModuleStatistics() {}

    /** Parses the text; a missing or incomplete line is skipped. */
    static Map<FlowStatistic, Long> parse(String text) {
        Map<FlowStatistic, Long> counted = new EnumMap<>(FlowStatistic.class);
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("Flows:")) {
                read(line, FLOWS, counted);
            } else if (line.startsWith("Hash:")) {
                read(line, HASH, counted);
            } else if (line.startsWith("Total:")) {
                read(line, TOTAL, counted);
            }
        }
        counted.computeIfPresent(FlowStatistic.MEMORY, (_, kib) -> kib * KIB);
        counted.computeIfPresent(FlowStatistic.HASH_MEMORY, (_, kib) -> kib * KIB);
        return counted;
    }

    private static void read(String line, List<FlowStatistic> names, Map<FlowStatistic, Long> counted) {
        List<Long> numbers = NUMBER.matcher(line)
                .results()
                .map(match -> Long.parseLong(match.group()))
                .toList();
        if (numbers.size() == names.size()) {
            for (int i = 0; i < names.size(); i++) {
                counted.put(names.get(i), numbers.get(i));
            }
        }
    }
}
