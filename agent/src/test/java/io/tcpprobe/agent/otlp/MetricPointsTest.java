package io.tcpprobe.agent.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.resources.Resource;
import io.tcpprobe.agent.metrics.Metric;
import io.tcpprobe.agent.metrics.MetricFamily;
import io.tcpprobe.agent.metrics.MetricLabel;
import io.tcpprobe.agent.metrics.MetricPoint;
import io.tcpprobe.agent.push.PushBatch;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricPointsTest {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static MetricData metric(Metric metric, Optional<Instant> boot) {
        MetricPoints points = new MetricPoints(
                Resource.empty(),
                new MetricPoints.Starts(Instant.ofEpochSecond(300), Instant.ofEpochSecond(200), boot));
        List<String> labels = metric.labels().stream().map(MetricLabel::label).toList();
        MetricFamily family = new MetricFamily(metric, List.of(new MetricPoint.Scalar(labels, 7)));
        return points.of(new PushBatch.MetricValues(List.of(family), 400_000))
                .iterator()
                .next();
    }

    private static long startSeconds(Metric metric, Optional<Instant> boot) {
        return metric(metric, boot)
                        .getDoubleSumData()
                        .getPoints()
                        .iterator()
                        .next()
                        .getStartEpochNanos()
                / NANOS_PER_SECOND;
    }

    @Test
    void shouldStartCountersWhenTheyBeganToCount() {
        Optional<Instant> boot = Optional.of(Instant.ofEpochSecond(100));
        assertEquals(300, startSeconds(Metric.GROUP_OPENED, boot));
        assertEquals(200, startSeconds(Metric.PROCESS_CPU, boot));
        assertEquals(100, startSeconds(Metric.HOST_COUNTERS, boot));
        assertEquals(0, startSeconds(Metric.HOST_COUNTERS, Optional.empty()), "it is not known");
        assertEquals(0, startSeconds(Metric.LISTENER_DROPPED, boot), "the sockets may be older than the agent");
        assertEquals(0, startSeconds(Metric.SOURCE_NEW, boot), "the module may be older than the agent");
    }

    @Test
    void shouldSendMemoryAsASumThatMayDecrease() {
        for (Metric memory : List.of(Metric.PROCESS_RESIDENT, Metric.JAVA_HEAP)) {
            MetricData sum = metric(memory, Optional.empty());
            assertEquals(MetricDataType.DOUBLE_SUM, sum.getType(), sum.getName());
            assertFalse(sum.getDoubleSumData().isMonotonic(), sum.getName());
        }
        assertTrue(
                metric(Metric.PROCESS_CPU, Optional.empty()).getDoubleSumData().isMonotonic());
        assertEquals(
                MetricDataType.DOUBLE_GAUGE,
                metric(Metric.FLOWS, Optional.empty()).getType());
    }
}
