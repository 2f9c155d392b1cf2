package io.tcpprobe.agent.insight;

import io.tcpprobe.agent.flows.VerdictEvaluator;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Computes verdicts over the time since an earlier request for verdicts, which is at least one second. It keeps two earlier snapshots
 * at most, and none before the first request: there is no window then. The earlier snapshots have only the counters whose growth was
 * requested within the last ten minutes. If the rows are not complete until they were read, because the source sweeps less often, a
 * window begins at least one second before the last sweep: every flow was sampled in it. Thread-safe.
 */
public final class VerdictHistory implements VerdictEvaluator {
    /** Minimum length of a window. */
    public static final long WINDOW_NANOS = 1_000_000_000;

    /** How long a counter is kept after its growth was requested: longer than managers usually wait between two polls. */
    private static final long KEPT_NANOS = 600_000_000_000L;

    private final boolean recorded;
    private @Nullable EarlierRows older;
    private @Nullable EarlierRows newer;

    /** The counters whose growth was requested, and in which snapshot last. */
    private final Map<FlowField, Long> requestedNanos = new EnumMap<>(FlowField.class);

    /** Creates a history of live flows: a row that is old shows that the flow was silent. */
    public VerdictHistory() {
        this(false);
    }

    private VerdictHistory(boolean recorded) {
        this.recorded = recorded;
    }

    /** Creates a history of a recording: a flow is judged up to its last sample, because later ones may not have been recorded. */
    public static VerdictHistory ofRecording() {
        return new VerdictHistory(true);
    }

    @Override
    public VerdictEvaluator restarted() {
        return new VerdictHistory(recorded);
    }

    @Override
    public VerdictTable evaluate(FlowColumns flows, long takenNanos) {
        EarlierRows earlier = begin(flows, takenNanos);
        GrowthTable growth = earlier == null
                ? new NoGrowth(flows, takenNanos)
                : new FlowGrowth(earlier, flows, takenNanos, counter -> keep(counter, flows, takenNanos));
        VerdictTable verdicts = recorded
                ? FlowVerdicts.ofRecording(earlier, flows, takenNanos)
                : FlowVerdicts.of(earlier, flows, takenNanos);
        return new VerdictsAndGrowth(verdicts, growth);
    }

    /** Without a window there is no growth; a request lets the next window have it. */
    private final class NoGrowth implements GrowthTable {
        private final FlowColumns flows;
        private final long takenNanos;

        NoGrowth(FlowColumns flows, long takenNanos) {
            this.flows = flows;
            this.takenNanos = takenNanos;
        }

        @Override
        public long windowNanos() {
            return 0;
        }

        @Override
        public Growth of(FlowField counter) {
            keep(counter, flows, takenNanos);
            return Growth.NONE;
        }
    }

    /** Keeps a counter of this snapshot, if the next window begins with it, and of those of the next minutes. */
    private synchronized void keep(FlowField counter, FlowColumns flows, long takenNanos) {
        Long before = requestedNanos.put(counter, takenNanos);
        if (newer != null && newer.takenNanos() == takenNanos && (before == null || before != takenNanos)) {
            newer = EarlierRows.of(flows, takenNanos, requestedNanos.keySet());
        }
    }

    /** Computes the verdicts over the lives of flows only. */
    public static VerdictTable ofLives(FlowColumns flows, long takenNanos) {
        return FlowVerdicts.of(null, flows, takenNanos);
    }

    /** Returns the snapshot that the window begins with, null if there is none; keeps the new one if it is due. */
    private synchronized @Nullable EarlierRows begin(FlowColumns flows, long takenNanos) {
        long completeNanos = flows.completeNanos(takenNanos);
        if (newer == null || isWindow(newer, completeNanos)) {
            older = newer;
            requestedNanos.values().removeIf(requested -> takenNanos - requested > KEPT_NANOS);
            newer = EarlierRows.of(flows, takenNanos, requestedNanos.keySet());
        }
        return older != null && isWindow(older, completeNanos) ? older : null;
    }

    private static boolean isWindow(EarlierRows begin, long endNanos) {
        return endNanos - begin.takenNanos() >= WINDOW_NANOS;
    }
}
