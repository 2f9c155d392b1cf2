package io.tcpprobe.agent.metrics;

import io.tcpprobe.kernel.flow.RttHistogram;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All series of a metric at one moment.
 *
 * @param metric the metric
 * @param points its series; no two have the same labels
 */
public record MetricFamily(Metric metric, List<MetricPoint> points) {
    /** Times of fields are in microseconds, those of metrics in seconds. */
    static final double MICROS_PER_SECOND = 1e6;

    private static final List<Double> BOUNDS = Stream.concat(
                    IntStream.range(1, RttHistogram.BUCKETS.size())
                            .mapToObj(bucket -> RttHistogram.lowerBound(bucket) / MICROS_PER_SECOND),
                    Stream.of(Double.POSITIVE_INFINITY))
            .toList();

    /** Returns the upper bounds of the buckets of a histogram in ascending order, in seconds; the last one is infinite. */
    public static List<Double> bounds() {
        return BOUNDS;
    }
}
