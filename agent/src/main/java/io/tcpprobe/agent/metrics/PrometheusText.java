package io.tcpprobe.agent.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.Stream;

/** Metrics as text: of OpenMetrics 1.0, or of Prometheus 0.0.4. */
public enum PrometheusText {
    OPEN_METRICS(OpenMetricsTextFormatWriter.create()),
    PROMETHEUS(PrometheusTextFormatWriter.create());

    private static final String TOTAL = "_total";
    private static final String INFO = "_info";

    @SuppressWarnings("ImmutableEnumChecker") // it has no state
    private final ExpositionFormatWriter writer;

    PrometheusText(ExpositionFormatWriter writer) {
        this.writer = writer;
    }

    /** Returns the format for a client with this header Accept; that of Prometheus if it does not name OpenMetrics. */
    public static PrometheusText accepted(String accept) {
        return OPEN_METRICS.writer.accepts(accept) ? OPEN_METRICS : PROMETHEUS;
    }

    /** Returns the media type. */
    public String type() {
        return writer.getContentType();
    }

    /** Writes metrics; does not close the stream. */
    public void write(List<MetricFamily> families, OutputStream out) throws IOException {
        writer.write(
                out,
                new MetricSnapshots(
                        families.stream().map(PrometheusText::snapshot).toList()),
                EscapingScheme.UNDERSCORE_ESCAPING);
    }

    private static MetricSnapshot snapshot(MetricFamily family) {
        Metric metric = family.metric();
        return switch (metric.type()) {
            case COUNTER ->
                new CounterSnapshot(
                        metadata(metric, TOTAL),
                        numbers(family)
                                .map(point ->
                                        new CounterDataPointSnapshot(point.value(), labels(metric, point), null, 0))
                                .toList());
            case GAUGE ->
                new GaugeSnapshot(
                        metadata(metric, ""),
                        numbers(family)
                                .map(point -> new GaugeDataPointSnapshot(point.value(), labels(metric, point), null))
                                .toList());
            case INFO ->
                new InfoSnapshot(
                        metadata(metric, INFO),
                        numbers(family)
                                .map(point -> new InfoSnapshot.InfoDataPointSnapshot(labels(metric, point)))
                                .toList());
            case HISTOGRAM ->
                new HistogramSnapshot(
                        metadata(metric, ""),
                        family.points().stream()
                                .filter(MetricPoint.Histogram.class::isInstance)
                                .map(MetricPoint.Histogram.class::cast)
                                .map(point -> new HistogramDataPointSnapshot(
                                        ClassicHistogramBuckets.of(MetricFamily.bounds(), point.counts()),
                                        point.sum(),
                                        labels(metric, point),
                                        null,
                                        0))
                                .toList());
        };
    }

    private static Stream<MetricPoint.Scalar> numbers(MetricFamily family) {
        return family.points().stream()
                .filter(MetricPoint.Scalar.class::isInstance)
                .map(MetricPoint.Scalar.class::cast);
    }

    /** Returns the metadata; the writers add the suffix that belongs to the type. */
    private static MetricMetadata metadata(Metric metric, String suffix) {
        String name = metric.label().substring(0, metric.label().length() - suffix.length());
        return switch (metric.unit()) {
            case SECONDS -> new MetricMetadata(name, metric.doc(), Unit.SECONDS);
            case BYTES -> new MetricMetadata(name, metric.doc(), Unit.BYTES);
            default -> new MetricMetadata(name, metric.doc());
        };
    }

    private static Labels labels(Metric metric, MetricPoint point) {
        return Labels.of(metric.labels().stream().map(MetricLabel::label).toList(), point.labels());
    }
}
