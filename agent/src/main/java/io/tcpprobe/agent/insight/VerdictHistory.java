package io.tcpprobe.agent.insight;

import io.tcpprobe.agent.flows.VerdictEvaluator;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.VerdictTable;
import org.jspecify.annotations.Nullable;

/**
 * Computes verdicts over the time since an earlier request for verdicts, which is at least one second. It keeps two earlier snapshots
 * at most, and none before the first request: there is no window then. Thread-safe.
 */
public final class VerdictHistory implements VerdictEvaluator {
    /** Minimum length of a window. */
    public static final long WINDOW_NANOS = 1_000_000_000;

    private final boolean recorded;
    private @Nullable EarlierRows older;
    private @Nullable EarlierRows newer;

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
    public VerdictTable evaluate(FlowColumns flows, long takenNanos) {
        EarlierRows begin = begin(flows, takenNanos);
        return recorded
                ? FlowVerdicts.ofRecording(begin, flows, takenNanos)
                : FlowVerdicts.of(begin, flows, takenNanos);
    }

    /** Computes the verdicts over the lives of flows only. */
    public static VerdictTable ofLives(FlowColumns flows, long takenNanos) {
        return FlowVerdicts.of(null, flows, takenNanos);
    }

    /** Returns the snapshot that the window begins with, null if there is none; keeps the new one if it is due. */
    private synchronized @Nullable EarlierRows begin(FlowColumns flows, long takenNanos) {
        if (newer == null || isWindow(newer, takenNanos)) {
            older = newer;
            newer = EarlierRows.of(flows, takenNanos);
        }
        return older != null && isWindow(older, takenNanos) ? older : null;
    }

    private static boolean isWindow(EarlierRows begin, long endNanos) {
        return endNanos - begin.takenNanos() >= WINDOW_NANOS;
    }
}
