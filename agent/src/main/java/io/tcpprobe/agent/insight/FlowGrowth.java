package io.tcpprobe.agent.insight;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import java.util.function.Consumer;

/** The growth of the counters of all flows between an earlier snapshot and a later one. Nothing is computed before it is requested. */
final class FlowGrowth implements GrowthTable {
    private final EarlierRows earlier;
    private final FlowColumns flows;
    private final long takenNanos;
    private final Consumer<FlowField> requested;

    /** The index of each flow in the earlier snapshot; -1 if it is not there. */
    private final Lazy<int[]> before = new Lazy<>(this::findBefore);

    /**
     * Creates the table.
     *
     * @param earlier the snapshot that the window begins with
     * @param flows the flows now
     * @param takenNanos when they were read, in CLOCK_MONOTONIC
     * @param requested is notified of the counters whose growth is requested
     */
    FlowGrowth(EarlierRows earlier, FlowColumns flows, long takenNanos, Consumer<FlowField> requested) {
        this.earlier = earlier;
        this.flows = flows;
        this.takenNanos = takenNanos;
        this.requested = requested;
    }

    /** Both snapshots are in the order of the ids. */
    private int[] findBefore() {
        int[] found = new int[flows.size()];
        int at = 0;
        for (int i = 0; i < found.length; i++) {
            long id = flows.flowId(i);
            while (at < earlier.flows().size() && earlier.flows().flowId(at) < id) {
                at++;
            }
            found[i] = at < earlier.flows().size() && earlier.flows().flowId(at) == id ? at : -1;
        }
        return found;
    }

    @Override
    public long windowNanos() {
        return flows.completeNanos(takenNanos) - earlier.flows().completeNanos(earlier.takenNanos());
    }

    @Override
    public long windowNanos(int index) {
        int place = before.get()[index];
        long began = place < 0 ? earlier.takenNanos() : knownUntil(earlier.flows(), place, earlier.takenNanos());
        return knownUntil(flows, index, takenNanos) - began;
    }

    /** Returns the time until which the counters of a flow are known: its last sample, or later if it did nothing since. */
    private static long knownUntil(FlowColumns rows, int index, long takenNanos) {
        return Math.max(rows.number(FlowField.SAMPLED, index), rows.completeNanos(takenNanos));
    }

    @Override
    public Growth of(FlowField counter) {
        requested.accept(counter);
        return new CounterGrowth(counter, before.get());
    }

    /** The growth of one counter. */
    private final class CounterGrowth implements Growth {
        private final FlowField counter;
        private final int[] places;

        CounterGrowth(FlowField counter, int[] places) {
            this.counter = counter;
            this.places = places;
        }

        @Override
        public boolean has(int index) {
            if (!flows.has(counter, index)) {
                return false;
            }
            int place = places[index];
            return place < 0
                    ? earlier.precedes(flows, index)
                    : earlier.flows().has(counter, place) && number(index) >= 0;
        }

        @Override
        public long number(int index) {
            int place = places[index];
            long now = flows.number(counter, index);
            return place < 0 ? now : difference(now, earlier.flows().number(counter, place));
        }

        /** Returns the difference modulo the width of the counter, which wraps; negative if the counter has gone back. */
        private long difference(long now, long then) {
            int unused = Long.SIZE - counter.width().bytes() * Byte.SIZE;
            return (now - then) << unused >> unused;
        }
    }
}
