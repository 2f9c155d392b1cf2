package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Summary statistics of all flows of a snapshot.
 *
 * @param count number of flows
 * @param byState number of flows in each state; states that a flow cannot have are left out
 * @param medianSrttMicros median of the smoothed round-trip times, in microseconds; empty if no flow has one
 * @param p90SrttMicros 90th percentile (nearest rank) of the same
 * @param p95SrttMicros 95th percentile
 * @param p99SrttMicros 99th percentile
 */
public record FlowSummary(
        int count,
        Map<TcpState, Integer> byState,
        OptionalLong medianSrttMicros,
        OptionalLong p90SrttMicros,
        OptionalLong p95SrttMicros,
        OptionalLong p99SrttMicros) {
    /** The states that a flow can be in. */
    private static final Set<TcpState> STATES = EnumSet.complementOf(
            EnumSet.of(TcpState.CLOSED, TcpState.LISTEN, TcpState.TIME_WAIT, TcpState.NEW_SYN_RECEIVED));

    private static final int MIB_STATES = 16;

    /** Returns the summary of a snapshot. */
    public static FlowSummary of(FlowSnapshot snapshot) {
        return of(snapshot, _ -> true);
    }

    /** Returns the summary of the flows at the selected indexes of a snapshot. */
    public static FlowSummary of(FlowSnapshot snapshot, IntPredicate among) {
        FlowColumns flows = snapshot.flows();
        int[] states = new int[MIB_STATES];
        long[] srtts = new long[flows.size()];
        int measured = 0;
        int count = 0;
        for (int i = 0; i < flows.size(); i++) {
            if (!among.test(i)) {
                continue;
            }
            count++;
            states[(int) flows.number(FlowField.STATE, i) & 0xf]++;
            if (flows.has(FlowField.SRTT, i)) {
                srtts[measured++] = flows.number(FlowField.SRTT, i);
            }
        }
        Arrays.sort(srtts, 0, measured);
        Map<TcpState, Integer> byState = new EnumMap<>(TcpState.class);
        STATES.forEach(state -> byState.put(state, states[state.mib()]));
        return new FlowSummary(
                count,
                byState,
                percentile(srtts, measured, 50),
                percentile(srtts, measured, 90),
                percentile(srtts, measured, 95),
                percentile(srtts, measured, 99));
    }

    private static OptionalLong percentile(long[] sorted, int count, int percent) {
        if (count == 0) {
            return OptionalLong.empty();
        }
        int rank = (count * percent + 99) / 100; // nearest rank, counted from 1
        return OptionalLong.of(sorted[Math.max(rank, 1) - 1]);
    }
}
