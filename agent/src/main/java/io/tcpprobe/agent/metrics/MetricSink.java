package io.tcpprobe.agent.metrics;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the values of one moment. Values with the same labels are added up. Not thread-safe. */
final class MetricSink {
    private final Map<Metric, Map<List<String>, MetricPoint>> points = new EnumMap<>(Metric.class);

    /** Adds a value; {@code labels} are the values of the metric's labels, in their order. */
    void add(Metric metric, double value, String... labels) {
        MetricPoint.Scalar point = new MetricPoint.Scalar(checked(metric, labels), value);
        series(metric)
                .merge(
                        point.labels(),
                        point,
                        (before, _) -> before instanceof MetricPoint.Scalar number
                                ? new MetricPoint.Scalar(number.labels(), number.value() + value)
                                : point);
    }

    /** Adds a value; {@code labels} are the values of the metric's labels, in their order. */
    void add(Metric metric, long value, String... labels) {
        add(metric, (double) value, labels);
    }

    /** Adds a histogram with these counts and this sum. */
    void add(Metric metric, List<Long> counts, double sum, String... labels) {
        MetricPoint.Histogram point = new MetricPoint.Histogram(checked(metric, labels), counts, sum);
        series(metric).put(point.labels(), point);
    }

    private static List<String> checked(Metric metric, String... labels) {
        if (labels.length != metric.labels().size()) {
            throw new IllegalArgumentException(metric.label() + " has labels " + metric.labels());
        }
        List<String> cleaned = new ArrayList<>(labels.length);
        for (String label : labels) {
            cleaned.add(LabelText.of(label));
        }
        return List.copyOf(cleaned);
    }

    private Map<List<String>, MetricPoint> series(Metric metric) {
        return points.computeIfAbsent(metric, _ -> new LinkedHashMap<>());
    }

    /** Returns all metrics that have values, in the order of their declarations. */
    List<MetricFamily> families() {
        return points.entrySet().stream()
                .map(family -> new MetricFamily(
                        family.getKey(), List.copyOf(family.getValue().values())))
                .toList();
    }
}
