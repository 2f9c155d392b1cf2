package io.tcpprobe.it.bench;

import java.util.Arrays;

/** Measured values of one kind, any number of them. */
final class Sample {
    private double[] values = new double[1_024];
    private int size;

    void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    /** Returns the number of values. */
    int size() {
        return size;
    }

    double median() {
        return quantile(0.5);
    }

    double max() {
        return quantile(1);
    }

    /**
     * Returns a quantile: the minimum value that is not exceeded by at least this part of all values.
     *
     * @param part 0 to 1
     * @return NaN if there are no values
     */
    double quantile(double part) {
        if (size == 0) {
            return Double.NaN;
        }
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return sorted[Math.clamp((long) Math.ceil(part * size) - 1, 0, size - 1)];
    }
}
