package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.VerdictTable;

/** Computes the verdicts of a snapshot. Called at the first use of a snapshot's verdicts; never called if no client asks. */
@FunctionalInterface
public interface VerdictEvaluator {
    /** Computes none. */
    VerdictEvaluator NONE = (_, _) -> VerdictTable.EMPTY;

    /**
     * Computes the verdicts.
     *
     * @param flows the flows of the snapshot
     * @param takenNanos when it was taken, in CLOCK_MONOTONIC, in nanoseconds
     */
    VerdictTable evaluate(FlowColumns flows, long takenNanos);

    /** Returns an evaluator that knows no earlier snapshot, for flows that are not those of the snapshots so far. */
    default VerdictEvaluator restarted() {
        return this;
    }
}
