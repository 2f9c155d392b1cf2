package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NeverFallingTest {
    private final NeverFalling counters = new NeverFalling();

    private double counter(Metric metric, double value) {
        List<MetricPoint> points = List.of(new MetricPoint.Scalar(List.of(), value));
        return ((MetricPoint.Scalar) counters.raise(List.of(new MetricFamily(metric, points)))
                        .getFirst()
                        .points()
                        .getFirst())
                .value();
    }

    @Test
    void shouldContinueWhenTheSourceBeginsAnew() {
        List<Double> seen = new ArrayList<>();
        for (double value : new double[] {5, 7, 2, 3, 0, 4}) {
            seen.add(counter(Metric.SNAPSHOTS, value));
        }
        assertEquals(List.of(5.0, 7.0, 9.0, 10.0, 10.0, 14.0), seen);
    }

    @Test
    void shouldLetAGaugeFall() {
        counter(Metric.SOURCE_FLOWS, 5);
        assertEquals(3, counter(Metric.SOURCE_FLOWS, 3));
    }

    @Test
    void shouldForgetASeriesThatWasAbsent() {
        counter(Metric.SNAPSHOTS, 5);
        counters.raise(List.of());
        assertEquals(3, counter(Metric.SNAPSHOTS, 3));
    }

    @Test
    void shouldContinueAHistogram() {
        histogram(9, List.of(3L, 5L));
        assertEquals(
                new MetricPoint.Histogram(List.of("role", "client"), List.of(4L, 6L), 10),
                histogram(1, List.of(1L, 1L)));
    }

    private MetricPoint histogram(double sum, List<Long> counts) {
        return counters.raise(List.of(new MetricFamily(
                        Metric.GROUP_RTT, List.of(new MetricPoint.Histogram(List.of("role", "client"), counts, sum)))))
                .getFirst()
                .points()
                .getFirst();
    }
}
