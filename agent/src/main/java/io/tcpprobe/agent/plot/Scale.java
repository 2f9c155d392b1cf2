package io.tcpprobe.agent.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps a range of values to a range of pixels, and finds round ticks: 1, 2 or 5 times a power of ten.
 *
 * @param low first value
 * @param high last value, greater than {@code low}
 * @param from pixel of the first value
 * @param to pixel of the last value
 */
record Scale(double low, double high, double from, double to) {
    private static final double[] ROUND = {1, 2, 5, 10};

    /** Returns a scale from 0 to a value and a bit more. */
    static Scale upTo(double value, double from, double to) {
        return new Scale(0, value > 0 ? value * 1.04 : 1, from, to);
    }

    /** Returns the pixel of a value; values outside the range are outside, but not far. */
    double pixel(double value) {
        double part = Math.clamp((value - low) / (high - low), -1, 2);
        return from + part * (to - from);
    }

    /** Returns the pixel of a time in nanoseconds. */
    double pixel(long nanos) {
        return pixel((double) nanos);
    }

    /** Returns round values in the range, at most {@code most + 1}. */
    List<Double> ticks(int most) {
        double step = step(most);
        List<Double> ticks = new ArrayList<>();
        for (double i = Math.ceil(low / step); i * step <= high && ticks.size() <= most; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** Returns the distance of two ticks. */
    double step(int most) {
        double rough = (high - low) / most;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double round : ROUND) {
            if (round * power >= rough) {
                return round * power;
            }
        }
        return 10 * power;
    }
}
