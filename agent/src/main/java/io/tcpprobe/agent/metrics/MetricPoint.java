package io.tcpprobe.agent.metrics;

import java.util.List;

/** The value of one series. */
public sealed interface MetricPoint {
    /** Returns the values of the metric's labels, in their order. */
    List<String> labels();

    /**
     * The value of a counter, a gauge or an info.
     *
     * @param labels the values of the labels
     * @param value the value, in the unit of the metric
     */
    record Scalar(List<String> labels, double value) implements MetricPoint {}

    /**
     * A histogram since the agent started.
     *
     * @param labels the values of the labels
     * @param counts samples of each bucket, not cumulative; see {@link MetricFamily#bounds}
     * @param sum the sum of all samples, in the unit of the metric
     */
    record Histogram(List<String> labels, List<Long> counts, double sum) implements MetricPoint {}
}
