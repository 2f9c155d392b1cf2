package io.tcpprobe.agent.report;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The distribution of numbers from 0 to 2^32 - 1, in bounded memory: buckets of the width 1 below 128, and above that 64 buckets
 * between each power of two and the next one. A percentile is exact below 128, and above that by less than 0.8 % of the number;
 * minimum and maximum are exact.
 */
final class Distribution {
    private static final int PART_BITS = 6;
    private static final int PARTS = 1 << PART_BITS;

    /** By the number of the shift that leaves {@value #PART_BITS} bits after the first one; null while unused. */
    private final long[] @Nullable [] counts = new long[Integer.SIZE - PART_BITS][];

    private long count;
    private long minimum = Long.MAX_VALUE;
    private long maximum;

    /** Adds a number. */
    void add(long number) {
        int shift = shift(number);
        long[] octave = counts[shift];
        if (octave == null) {
            octave = new long[2 * PARTS];
            counts[shift] = octave;
        }
        octave[(int) (number >>> shift)]++;
        count++;
        minimum = Math.min(minimum, number);
        maximum = Math.max(maximum, number);
    }

    private static int shift(long number) {
        return Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(number) - PART_BITS - 1);
    }

    /** Returns how many numbers were added. */
    long count() {
        return count;
    }

    /** Returns the minimum; undefined without numbers. */
    long minimum() {
        return minimum;
    }

    /** Returns the maximum; undefined without numbers. */
    long maximum() {
        return maximum;
    }

    /**
     * Returns a percentile by the nearest rank: of n numbers in ascending order, the one at ceil(n * percent / 100).
     *
     * @param percent above 0, up to 100
     */
    long percentile(double percent) {
        long rank = Math.max(1, (long) Math.ceil(count * percent / 100));
        long below = 0;
        for (int shift = 0; shift < counts.length; shift++) {
            long[] octave = counts[shift];
            long inside = octave == null ? 0 : Arrays.stream(octave).sum();
            if (octave != null && below + inside >= rank) {
                return Math.clamp(within(octave, rank - below, shift), minimum, maximum);
            }
            below += inside;
        }
        return maximum;
    }

    /** Returns the middle of the bucket that has this rank among the numbers of an octave. */
    private static long within(long[] octave, long rank, int shift) {
        int part = 0;
        long below = octave[0];
        while (below < rank) {
            below += octave[++part];
        }
        return ((long) part << shift) + (1L << shift >>> 1);
    }
}
