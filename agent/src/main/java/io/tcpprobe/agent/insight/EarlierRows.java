package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * An earlier snapshot, reduced to the fields that verdicts and their evidence need.
 *
 * @param flows the flows
 * @param takenNanos when it was taken, in CLOCK_MONOTONIC, in nanoseconds
 */
record EarlierRows(FlowColumns flows, long takenNanos) {
    private static final List<FlowField> KEPT = Stream.concat(
                    Stream.concat(RowBlock.FIELDS.stream(), Stream.of(FlowField.CONGESTION_CONTROL)),
                    Arrays.stream(Verdict.values()).flatMap(verdict -> verdict.evidence().stream()))
            .distinct()
            .toList();

    /** Keeps what is needed of a snapshot. */
    static EarlierRows of(FlowColumns flows, long takenNanos) {
        return new EarlierRows(flows.only(KEPT), takenNanos);
    }
}
