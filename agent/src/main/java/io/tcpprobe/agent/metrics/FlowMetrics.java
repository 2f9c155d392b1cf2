package io.tcpprobe.agent.metrics;

import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSummary;
import io.tcpprobe.agent.flows.VerdictCounts;
import java.util.OptionalLong;

/**
 * The number of flows by state and verdict, and percentiles.
 *
 * @param snapshot the flows
 * @param summary numbers and percentiles
 * @param verdicts the number of flows by verdict
 */
record FlowMetrics(FlowSnapshot snapshot, FlowSummary summary, VerdictCounts verdicts) {
    /** Computes the values of a snapshot. */
    static FlowMetrics of(FlowSnapshot snapshot) {
        return new FlowMetrics(snapshot, FlowSummary.of(snapshot), VerdictCounts.of(snapshot));
    }

    /** Adds the values of all flows. */
    void collect(MetricSink sink) {
        summary.byState().forEach((state, count) -> sink.add(Metric.FLOWS, count, state.label()));
        verdicts.senders()
                .forEach((verdict, count) -> sink.add(Metric.FLOWS_BY_VERDICT, count, "sender", verdict.label()));
        verdicts.receivers()
                .forEach((verdict, count) -> sink.add(Metric.FLOWS_BY_VERDICT, count, "receiver", verdict.label()));
        addRtt("50", summary.medianSrttMicros(), sink);
        addRtt("90", summary.p90SrttMicros(), sink);
        addRtt("95", summary.p95SrttMicros(), sink);
        addRtt("99", summary.p99SrttMicros(), sink);
        snapshot.socketsByState().forEach((state, count) -> sink.add(Metric.SOCKETS, count, state.label()));
    }

    private static void addRtt(String percentile, OptionalLong micros, MetricSink sink) {
        micros.ifPresent(value -> sink.add(Metric.SMOOTHED_RTT, value / MetricFamily.MICROS_PER_SECOND, percentile));
    }
}
