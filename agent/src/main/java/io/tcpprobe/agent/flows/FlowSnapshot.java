package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.Map;

/**
 * All flows at one moment. Immutable.
 *
 * @param flows the flows, in the order of their ids
 * @param generation how many snapshots there have been, this one counted
 * @param takenNanos when it was taken, in CLOCK_MONOTONIC
 * @param wallMinusMonotonicNanos what to add to a CLOCK_MONOTONIC time for nanoseconds since 1970
 * @param statistics what the source had counted
 * @param socketsByState sockets of every state, listening and waiting ones too
 * @param buildNanos what it took to read the source and to copy its rows
 */
public record FlowSnapshot(
        FlowColumns flows,
        long generation,
        long takenNanos,
        long wallMinusMonotonicNanos,
        Map<FlowStatistic, Long> statistics,
        Map<TcpState, Integer> socketsByState,
        long buildNanos) {

    /** A CLOCK_MONOTONIC time of this snapshot as milliseconds since 1970. */
    public long wallMillis(long monotonicNanos) {
        return Math.floorDiv(monotonicNanos + wallMinusMonotonicNanos, 1_000_000L);
    }
}
