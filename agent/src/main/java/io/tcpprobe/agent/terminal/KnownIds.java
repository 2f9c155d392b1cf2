package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ids that flows have in the running agent: it is asked at most once for each snapshot, and only for flows of which it has not
 * been asked recently.
 */
final class KnownIds {
    private static final int MAX_KNOWN = 10_000;

    /** After how many snapshots the agent is asked again for a flow that it did not have. */
    private static final int RETRY = 10;

    private final FlowIdLookup lookup;

    /**
     * What the agent said.
     *
     * @param id its id of the flow; null if it does not have the flow
     * @param generation number of the snapshot after which it was asked
     */
    private record Known(@Nullable Long id, long generation) {
        boolean isStale(long now) {
            return id == null && now - generation >= RETRY;
        }
    }

    /** By our own id; the one that was used longest ago is dropped first. */
    private final Map<Long, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Known> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    private long generation = -1;
    private boolean found;

    KnownIds(FlowIdLookup lookup) {
        this.lookup = lookup;
    }

    /** Returns rows of flows of one snapshot. */
    List<TableColumn.Row> rows(List<Flow> flows) {
        if (!flows.isEmpty() && flows.getFirst().snapshot().generation() != generation) {
            generation = flows.getFirst().snapshot().generation();
            ask(flows.stream().filter(this::isUnknown).toList());
        }
        return flows.stream()
                .map(flow -> {
                    Known answer = known.get(flow.id());
                    return new TableColumn.Row(
                            flow, answer == null || answer.id == null ? ValueText.ABSENT : answer.id.toString());
                })
                .toList();
    }

    private boolean isUnknown(Flow flow) {
        Known answer = known.get(flow.id());
        return answer == null || answer.isStale(generation);
    }

    private void ask(List<Flow> unknown) {
        if (!unknown.isEmpty()) {
            Map<Integer, Long> ids = lookup.ids(unknown);
            found |= !ids.isEmpty();
            IntStream.range(0, unknown.size())
                    .forEach(i -> known.put(unknown.get(i).id(), new Known(ids.get(i), generation)));
        }
    }

    /** Returns true if no id was ever found: no agent runs. */
    boolean isEmpty() {
        return !found;
    }
}
