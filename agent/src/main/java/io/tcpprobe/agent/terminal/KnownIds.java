package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Keeps the ids that flows have in the running agent: it is asked once for each snapshot, and only for flows that are not known yet. */
final class KnownIds {
    private static final int MAX_KNOWN = 10_000;

    private final FlowIds lookup;

    /** By our own id; the one that was used longest ago is dropped first. */
    private final Map<Long, Long> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    private long generation = -1;

    KnownIds(FlowIds lookup) {
        this.lookup = lookup;
    }

    /** Returns rows of flows of one snapshot. */
    List<TableColumn.Row> rows(List<Flow> flows) {
        List<Flow> unknown =
                flows.stream().filter(flow -> !known.containsKey(flow.id())).toList();
        if (!unknown.isEmpty() && unknown.getFirst().snapshot().generation() != generation) {
            generation = unknown.getFirst().snapshot().generation();
            Map<Integer, Long> found = lookup.ids(unknown);
            IntStream.range(0, unknown.size())
                    .filter(found::containsKey)
                    .forEach(i -> known.put(unknown.get(i).id(), found.get(i)));
        }
        return flows.stream()
                .map(flow -> {
                    Long id = known.get(flow.id());
                    return new TableColumn.Row(flow, id == null ? ValueText.ABSENT : id.toString());
                })
                .toList();
    }

    /** Returns true if no id was ever found: no agent runs. */
    boolean isEmpty() {
        return known.isEmpty();
    }
}
