package io.tcpprobe.agent.plot;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a line over time, reduced to what a picture can show: of each column of pixels the first, the minimum, the maximum
 * and the last value. So memory and picture are bounded, and no extreme is lost. A column in which the value is absent is a gap.
 */
final class Series {
    /** A value and its time. */
    record Point(long timeNanos, double value) {}

    /** What one column of pixels shows. */
    private static final class Column {
        private final Point first;
        private Point minimum;
        private Point maximum;
        private Point last;

        Column(Point point) {
            first = point;
            minimum = point;
            maximum = point;
            last = point;
        }

        void add(Point point) {
            last = point;
            minimum = point.value < minimum.value ? point : minimum;
            maximum = point.value > maximum.value ? point : maximum;
        }

        void addTo(List<Point> line) {
            boolean falls = maximum.timeNanos <= minimum.timeNanos;
            for (Point point : List.of(first, falls ? maximum : minimum, falls ? minimum : maximum, last)) {
                if (line.isEmpty() || !line.getLast().equals(point)) {
                    line.add(point);
                }
            }
        }
    }

    private final TimeColumns time;
    private final @Nullable Column[] columns;
    private final boolean[] gaps;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;
    private double sum;
    private long count;

    Series(TimeColumns time) {
        this.time = time;
        columns = new Column[time.count()];
        gaps = new boolean[time.count()];
    }

    /** Adds a value; times never decrease. */
    void add(long timeNanos, double value) {
        int at = time.column(timeNanos);
        Point point = new Point(timeNanos, value);
        Column column = columns[at];
        if (column == null) {
            columns[at] = new Column(point);
        } else {
            column.add(point);
        }
        least = Math.min(least, value);
        most = Math.max(most, value);
        sum += value;
        count++;
    }

    /** Adds a time at which there is no value. */
    void addGap(long timeNanos) {
        gaps[time.column(timeNanos)] = true;
    }

    boolean isEmpty() {
        return count == 0;
    }

    double minimum() {
        return least;
    }

    double maximum() {
        return most;
    }

    /** Returns the mean of all values. */
    double mean() {
        return sum / count;
    }

    /** Returns the lines between the gaps. */
    List<List<Point>> lines() {
        List<List<Point>> lines = new ArrayList<>();
        List<Point> line = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            Column column = columns[i];
            if (column != null) {
                column.addTo(line);
            } else if (gaps[i] && !line.isEmpty()) {
                lines.add(line);
                line = new ArrayList<>();
            }
        }
        if (!line.isEmpty()) {
            lines.add(line);
        }
        return lines;
    }

    /** Returns the minimum of each column that has values, or the maximum. */
    List<Point> extremes(boolean maximum) {
        List<Point> extremes = new ArrayList<>();
        for (Column column : columns) {
            if (column != null) {
                extremes.add(maximum ? column.maximum : column.minimum);
            }
        }
        return extremes;
    }
}
