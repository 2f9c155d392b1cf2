package io.tcpprobe.agent.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps counters from falling while their series exist: a source that was restarted counts from 0, and what was counted before is added. A
 * series that was absent may begin anew. Not thread-safe.
 */
final class NeverFalling {
    private record Key(Metric metric, List<String> labels) {}

    /** Numbers of a series as they were counted last, and what is added to them. */
    private record Counted(double[] last, double[] added) {
        /** Returns the same at the next moment. */
        Counted next(double[] now) {
            double[] added = this.added.clone();
            for (int i = 0; i < now.length; i++) {
                if (now[i] < last[i]) {
                    added[i] += last[i];
                }
            }
            return new Counted(now, added);
        }

        double total(int index) {
            return last[index] + added[index];
        }
    }

    private Map<Key, Counted> known = new HashMap<>();

    /** Returns the families with counters that are not less than in the previous call. */
    List<MetricFamily> raise(List<MetricFamily> families) {
        Map<Key, Counted> next = new HashMap<>();
        List<MetricFamily> raised = new ArrayList<>(families.size());
        for (MetricFamily family : families) {
            raised.add(
                    switch (family.metric().type()) {
                        case COUNTER, HISTOGRAM -> raise(family, next);
                        case GAUGE, INFO -> family;
                    });
        }
        known = next;
        return List.copyOf(raised);
    }

    private MetricFamily raise(MetricFamily family, Map<Key, Counted> next) {
        List<MetricPoint> points = new ArrayList<>(family.points().size());
        for (MetricPoint point : family.points()) {
            Key key = new Key(family.metric(), point.labels());
            Counted counted = counted(known.get(key), numbers(point));
            next.put(key, counted);
            points.add(raised(point, counted));
        }
        return new MetricFamily(family.metric(), List.copyOf(points));
    }

    private static Counted counted(@Nullable Counted before, double[] now) {
        return before == null ? new Counted(now, new double[now.length]) : before.next(now);
    }

    private static double[] numbers(MetricPoint point) {
        return switch (point) {
            case MetricPoint.Scalar number -> new double[] {number.value()};
            case MetricPoint.Histogram histogram -> {
                double[] numbers = new double[histogram.counts().size() + 1];
                for (int i = 0; i < histogram.counts().size(); i++) {
                    numbers[i] = histogram.counts().get(i);
                }
                numbers[histogram.counts().size()] = histogram.sum();
                yield numbers;
            }
        };
    }

    private static MetricPoint raised(MetricPoint point, Counted counted) {
        return switch (point) {
            case MetricPoint.Scalar number -> new MetricPoint.Scalar(number.labels(), counted.total(0));
            case MetricPoint.Histogram histogram -> {
                List<Long> counts = new ArrayList<>(histogram.counts().size());
                for (int i = 0; i < histogram.counts().size(); i++) {
                    counts.add((long) counted.total(i));
                }
                yield new MetricPoint.Histogram(histogram.labels(), List.copyOf(counts), counted.total(counts.size()));
            }
        };
    }
}
