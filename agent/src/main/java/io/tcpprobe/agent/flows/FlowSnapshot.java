package io.tcpprobe.agent.flows;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.Map;

/**
 * All flows at one moment. Immutable.
 *
 * @param flows the flows, in the order of their ids
 * @param generation the number of snapshots so far, including this one
 * @param takenNanos when it was taken, in nanoseconds of the clock of the rows: CLOCK_MONOTONIC; of a recording, the recorded time
 * @param wallMinusMonotonicNanos added to a time of the rows, yields nanoseconds since 1970
 * @param statistics the source's statistics at that moment
 * @param socketsByState the number of sockets in every state, including listening and waiting ones
 * @param listeners what the source counts for single listeners
 * @param buildNanos how long it took to read the source and to copy its rows, in nanoseconds
 * @param verdicts what limits the flows; computed at the first use
 * @param containers the containers of the flows, and their pods
 */
public record FlowSnapshot(
        FlowColumns flows,
        long generation,
        long takenNanos,
        long wallMinusMonotonicNanos,
        Map<FlowStatistic, Long> statistics,
        Map<TcpState, Integer> socketsByState,
        ListenerTable listeners,
        long buildNanos,
        Lazy<VerdictTable> verdicts,
        ContainerNames containers) {
    /** The verdicts of so many flows are computed in less than a millisecond. */
    private static final int COMPUTED_AT_ONCE = 2000;

    /** Creates a snapshot without verdicts, counts of listeners and containers. */
    public FlowSnapshot(
            FlowColumns flows,
            long generation,
            long takenNanos,
            long wallMinusMonotonicNanos,
            Map<FlowStatistic, Long> statistics,
            Map<TcpState, Integer> socketsByState,
            long buildNanos) {
        this(
                flows,
                generation,
                takenNanos,
                wallMinusMonotonicNanos,
                statistics,
                socketsByState,
                ListenerTable.NONE,
                buildNanos,
                new Lazy<>(() -> VerdictTable.EMPTY),
                ContainerNames.NONE);
    }

    /** Returns true if it shows all that the flows did until it was taken: the source needs no sweeps, or has swept just then. */
    public boolean complete() {
        return flows.completeNanos(takenNanos) == takenNanos;
    }

    /** Returns false if no flow has a text; true if flows may have it. */
    public boolean mayHave(FlowText text) {
        boolean known = switch (text) {
            case LOCAL, REMOTE, PROCESS -> true;
            case CONTAINER -> containers.anyContainer();
            case POD -> containers.anyPod();
        };
        return known && text.needs().stream().allMatch(flows::hasColumn);
    }

    /** Returns true if a computed value can be read without computing it for all flows first. */
    public boolean computed(VerdictField field) {
        return verdicts.made() && verdicts.get().computed(field);
    }

    /** Returns true if the flows are so few that what is derived from all of them is computed without noticeable waiting. */
    public boolean computedAtOnce() {
        return flows.size() <= COMPUTED_AT_ONCE;
    }

    /** Converts a time of the rows of this snapshot, in nanoseconds, to milliseconds since 1970. */
    public long wallMillis(long monotonicNanos) {
        return Math.floorDiv(monotonicNanos + wallMinusMonotonicNanos, 1_000_000L);
    }
}
