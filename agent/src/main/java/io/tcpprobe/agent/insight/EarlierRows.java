package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * An earlier snapshot, reduced to the fields that verdicts and their evidence need.
 *
 * @param flows the flows
 * @param takenNanos when it was taken, in CLOCK_MONOTONIC, in nanoseconds
 */
public record EarlierRows(FlowColumns flows, long takenNanos) {
    /** The fields that verdicts and their evidence need. */
    public static final List<FlowField> FIELDS = Stream.concat(
                    Stream.concat(RowBlock.FIELDS.stream(), Stream.of(FlowField.CONGESTION_CONTROL)),
                    Arrays.stream(Verdict.values()).flatMap(verdict -> verdict.evidence().stream()))
            .distinct()
            .toList();

    /** Keeps what is needed of a snapshot. */
    static EarlierRows of(FlowColumns flows, long takenNanos) {
        return new EarlierRows(flows.only(FIELDS), takenNanos);
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
