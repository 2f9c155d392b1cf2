package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An earlier snapshot, reduced to the fields that verdicts and their evidence need, and to the counters whose growth is requested.
 *
 * @param flows the flows
 * @param takenNanos when it was taken, in CLOCK_MONOTONIC, in nanoseconds
 */
public record EarlierRows(FlowColumns flows, long takenNanos) {
    /** The fields that the rules of verdicts use. */
    static final List<FlowField> OF_RULES = List.of(
            FlowField.BACKOFF,
            FlowField.BUSY_TIME,
            FlowField.BYTES_ACKED,
            FlowField.BYTES_RECEIVED,
            FlowField.BYTES_SENT,
            FlowField.CA_STATE,
            FlowField.CONGESTION_SIGNALS,
            FlowField.CWND,
            FlowField.CWND_CLAMP,
            FlowField.CWND_LIMITS,
            FlowField.DATA_SEGS_OUT,
            FlowField.DELIVERED_CE,
            FlowField.FAST_RETRANSMITS,
            FlowField.FIRST_SEEN,
            FlowField.IN_FLIGHT,
            FlowField.MAX_PACING_RATE,
            FlowField.MIN_RTT,
            FlowField.MSS,
            FlowField.NO_SPACE,
            FlowField.NOT_SENT,
            FlowField.PACING_RATE,
            FlowField.RECEIVE_QUEUE,
            FlowField.RECEIVE_RTT,
            FlowField.RECEIVE_SSTHRESH,
            FlowField.RECEIVE_WINDOW,
            FlowField.RECEIVE_WINDOW_SCALE,
            FlowField.RETRANS,
            FlowField.RWND_LIMITED,
            FlowField.SAMPLED,
            FlowField.SEND_BUFFER,
            FlowField.SEND_MEMORY,
            FlowField.SEND_MEMORY_ALLOCATED,
            FlowField.SEND_QUEUE,
            FlowField.SEND_WINDOW,
            FlowField.SENDER_LIMITS,
            FlowField.SND_INITIAL,
            FlowField.SNDBUF_LIMITED,
            FlowField.SRTT,
            FlowField.SSTHRESH,
            FlowField.TIMEOUT_TIME,
            FlowField.TIMEOUTS,
            FlowField.UNACKED);

    /** The fields that verdicts and their evidence need. */
    public static final List<FlowField> FIELDS = Stream.concat(
                    Stream.concat(OF_RULES.stream(), Stream.of(FlowField.CONGESTION_CONTROL)),
                    Arrays.stream(Verdict.values()).flatMap(verdict -> verdict.evidence().stream()))
            .distinct()
            .toList();

    /** Returns true if a flow of a later snapshot began after this one, so that its counters were zeros. */
    boolean precedes(FlowColumns later, int index) {
        return later.has(FlowField.SND_INITIAL, index) && later.number(FlowField.FIRST_SEEN, index) - takenNanos > 0;
    }

    /** Keeps what is needed of a snapshot. */
    static EarlierRows of(FlowColumns flows, long takenNanos) {
        return of(flows, takenNanos, Set.of());
    }

    /** Keeps what is needed of a snapshot, and counters whose growth is requested. */
    static EarlierRows of(FlowColumns flows, long takenNanos, Set<FlowField> counters) {
        Set<FlowField> kept = EnumSet.copyOf(FIELDS);
        kept.addAll(counters);
        return new EarlierRows(flows.only(kept), takenNanos);
    }

    /**
     * Computes the verdicts over the time since these rows.
     *
     * @param now the flows now
     * @param nowNanos when they were read, in CLOCK_MONOTONIC, in nanoseconds
     */
    public VerdictTable verdicts(FlowColumns now, long nowNanos) {
        return FlowVerdicts.of(this, now, nowNanos);
    }
}
