package io.tcpprobe.agent.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableDoublePointData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableGaugeData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableHistogramData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableHistogramPointData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableMetricData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableSumData;
import io.opentelemetry.sdk.resources.Resource;
import io.tcpprobe.agent.metrics.Metric;
import io.tcpprobe.agent.metrics.MetricFamily;
import io.tcpprobe.agent.metrics.MetricLabel;
import io.tcpprobe.agent.metrics.MetricPoint;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.proc.BootTime;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes metrics of OpenTelemetry. They are those that {@code /metrics} serves, under the same names, so that the same queries work, except
 * those that the semantic conventions name.
 */
final class MetricPoints {
    /** The names of the semantic conventions. */
    static final Map<Metric, String> SEMANTIC_NAMES = Map.of(
            Metric.PROCESS_CPU, "process.cpu.time",
            Metric.PROCESS_RESIDENT, "process.memory.usage",
            Metric.JAVA_HEAP, "jvm.memory.used");

    /** The gauges that the semantic conventions define as sums that may decrease. */
    private static final Set<Metric> UP_DOWN_COUNTERS = EnumSet.of(Metric.PROCESS_RESIDENT, Metric.JAVA_HEAP);

    private static final Map<Metric, Attributes> SEMANTIC_ATTRIBUTES =
            Map.of(Metric.JAVA_HEAP, Attributes.of(AttributeKey.stringKey("jvm.memory.type"), "heap"));

    /** The upper bounds of the buckets without the last one, which is infinite. */
    private static final List<Double> BOUNDS =
            MetricFamily.bounds().subList(0, MetricFamily.bounds().size() - 1);

    private final Resource resource;
    private final Starts starts;

    /**
     * Since when counters count.
     *
     * @param agent when the agent started
     * @param process when the process started
     * @param boot when the kernel started; empty if that is not known
     */
    record Starts(Instant agent, Instant process, Optional<Instant> boot) {
        /** Returns the start of an agent in this process. */
        static Starts of(Instant agent) {
            return new Starts(
                    agent,
                    Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()),
                    BootTime.read(Path.of("/proc/stat")));
        }

        /** Returns the start of a metric in nanoseconds since 1970; 0, as the protocol has it, if it is not known. */
        long nanosOf(Metric metric) {
            return switch (metric.start()) {
                case AGENT -> nanos(agent);
                case PROCESS -> nanos(process);
                case BOOT -> boot.map(Starts::nanos).orElse(0L);
                case UNKNOWN -> 0;
            };
        }

        private static long nanos(Instant time) {
            return TimeUnit.MILLISECONDS.toNanos(time.toEpochMilli());
        }
    }

    MetricPoints(Resource resource, Starts starts) {
        this.resource = resource;
        this.starts = starts;
    }

    /** Returns the name of a metric. */
    static String nameOf(Metric metric) {
        return SEMANTIC_NAMES.getOrDefault(metric, metric.label());
    }

    /** Returns the metrics of one moment. */
    Collection<MetricData> of(PushBatch.MetricValues values) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(values.wallMillis());
        List<MetricData> metrics = new ArrayList<>(values.families().size());
        for (MetricFamily family : values.families()) {
            metrics.add(metric(family, nanos));
        }
        return metrics;
    }

    private MetricData metric(MetricFamily family, long nanos) {
        Metric metric = family.metric();
        return switch (metric.type()) {
            case COUNTER -> sum(family, true, nanos);
            case GAUGE, INFO -> UP_DOWN_COUNTERS.contains(metric) ? sum(family, false, nanos) : gauge(family, nanos);
            case HISTOGRAM ->
                ImmutableMetricData.createDoubleHistogram(
                        resource,
                        LogEvent.SCOPE,
                        nameOf(metric),
                        metric.doc(),
                        unit(metric),
                        ImmutableHistogramData.create(AggregationTemporality.CUMULATIVE, histograms(family, nanos)));
        };
    }

    private MetricData sum(MetricFamily family, boolean monotonic, long nanos) {
        Metric metric = family.metric();
        return ImmutableMetricData.createDoubleSum(
                resource,
                LogEvent.SCOPE,
                nameOf(metric),
                metric.doc(),
                unit(metric),
                ImmutableSumData.create(monotonic, AggregationTemporality.CUMULATIVE, scalars(family, nanos)));
    }

    private MetricData gauge(MetricFamily family, long nanos) {
        Metric metric = family.metric();
        return ImmutableMetricData.createDoubleGauge(
                resource,
                LogEvent.SCOPE,
                nameOf(metric),
                metric.doc(),
                unit(metric),
                ImmutableGaugeData.create(scalars(family, nanos)));
    }

    /** Returns a unit of UCUM. */
    private static String unit(Metric metric) {
        if (metric.unit() == Unit.BYTES) {
            return "By";
        }
        return metric.unit() == Unit.SECONDS ? "s" : "1";
    }

    private Collection<DoublePointData> scalars(MetricFamily family, long nanos) {
        List<DoublePointData> points = new ArrayList<>(family.points().size());
        for (MetricPoint point : family.points()) {
            if (point instanceof MetricPoint.Scalar scalar) {
                points.add(ImmutableDoublePointData.create(
                        starts.nanosOf(family.metric()),
                        nanos,
                        attributes(family.metric(), point.labels()),
                        scalar.value()));
            }
        }
        return points;
    }

    private Collection<HistogramPointData> histograms(MetricFamily family, long nanos) {
        List<HistogramPointData> points = new ArrayList<>(family.points().size());
        for (MetricPoint point : family.points()) {
            if (point instanceof MetricPoint.Histogram histogram) {
                points.add(ImmutableHistogramPointData.create(
                        starts.nanosOf(family.metric()),
                        nanos,
                        attributes(family.metric(), point.labels()),
                        histogram.sum(),
                        false,
                        0,
                        false,
                        0,
                        BOUNDS,
                        histogram.counts()));
            }
        }
        return points;
    }

    private static Attributes attributes(Metric metric, List<String> values) {
        AttributesBuilder attributes = Attributes.builder();
        List<MetricLabel> labels = metric.labels();
        for (int i = 0; i < labels.size(); i++) {
            attributes.put(AttributeKey.stringKey(labels.get(i).label()), values.get(i));
        }
        Attributes more = SEMANTIC_ATTRIBUTES.get(metric);
        return more == null ? attributes.build() : attributes.putAll(more).build();
    }
}
