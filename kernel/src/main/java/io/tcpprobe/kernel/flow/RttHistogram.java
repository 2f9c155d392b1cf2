package io.tcpprobe.kernel.flow;

import java.util.Arrays;
import java.util.List;

/**
 * A histogram of round-trip times with logarithmic buckets: below 32 microseconds, then from each power of two to the next one,
 * up to 2^21 and more. Immutable.
 */
public final class RttHistogram {
    /** The fields that count the samples of the buckets, in ascending order. */
    public static final List<FlowField> BUCKETS = Arrays.stream(FlowField.values())
            .filter(field -> field.name().startsWith("RTT_FROM_"))
            .toList();

    /** A histogram without samples. */
    static final RttHistogram NONE = new RttHistogram(new long[BUCKETS.size()]);

    private static final int FIRST_BOUND_BITS = 5;

    private final long[] counts;

    private RttHistogram(long[] counts) {
        this.counts = counts;
    }

    /** Returns a histogram of these counts, one per bucket. */
    public static RttHistogram of(long... counts) {
        if (counts.length != BUCKETS.size()) {
            throw new IllegalArgumentException(counts.length + " counts for " + BUCKETS.size() + " buckets");
        }
        return new RttHistogram(counts.clone());
    }

    /** Returns the histogram of a flow; without samples if its source has none. */
    public static RttHistogram of(FlowColumns flows, int index) {
        long[] counts = new long[BUCKETS.size()];
        if (flows.has(BUCKETS.getFirst(), index)) {
            for (int bucket = 0; bucket < counts.length; bucket++) {
                counts[bucket] = flows.number(BUCKETS.get(bucket), index);
            }
        }
        return new RttHistogram(counts);
    }

    /** Returns true if a flow has samples. */
    static boolean isIn(FlowColumns flows, int index) {
        if (flows.has(BUCKETS.getFirst(), index)) {
            for (FlowField bucket : BUCKETS) {
                if (flows.number(bucket, index) != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns the bucket of a round-trip time in microseconds. */
    static int bucket(long micros) {
        long units = micros >>> FIRST_BOUND_BITS;
        return Math.min(Long.SIZE - Long.numberOfLeadingZeros(units), BUCKETS.size() - 1);
    }

    /** Returns the lower bound of a bucket in microseconds; inclusive. */
    public static long lowerBound(int bucket) {
        return bucket == 0 ? 0 : 1L << FIRST_BOUND_BITS + bucket - 1;
    }

    /** Returns the samples of both. */
    public RttHistogram plus(RttHistogram other) {
        long[] sums = counts.clone();
        Arrays.setAll(sums, bucket -> sums[bucket] + other.counts[bucket]);
        return new RttHistogram(sums);
    }

    /** Returns the samples of this that are not in an earlier histogram of the same flows. */
    public RttHistogram minus(RttHistogram earlier) {
        long[] differences = counts.clone();
        Arrays.setAll(differences, bucket -> Math.max(differences[bucket] - earlier.counts[bucket], 0));
        return new RttHistogram(differences);
    }

    /** Returns the number of samples. */
    public long samples() {
        long samples = 0;
        for (long count : counts) {
            samples += count;
        }
        return samples;
    }

    /**
     * Returns a percentile in microseconds. It is in the bucket of the exact percentile, at the place that the samples would
     * have if they were spread evenly. The last bucket has no upper bound; its lower bound is returned.
     *
     * @param percent 0 to 100
     * @return 0 without samples
     */
    public long percentile(double percent) {
        double rank = samples() * percent / 100;
        long below = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            if (counts[bucket] > 0 && below + counts[bucket] >= rank) {
                return within(bucket, (rank - below) / counts[bucket]);
            }
            below += counts[bucket];
        }
        return 0;
    }

    private static long within(int bucket, double part) {
        long low = lowerBound(bucket);
        if (bucket == BUCKETS.size() - 1) {
            return low;
        }
        long last = lowerBound(bucket + 1) - 1;
        return low + Math.round((last - low) * Math.clamp(part, 0, 1));
    }

    /** Returns the value of a derived field. */
    long percentile(FlowField field) {
        if (field == FlowField.RTT_P50) {
            return percentile(50);
        }
        return percentile(field == FlowField.RTT_P90 ? 90 : 99);
    }
}
