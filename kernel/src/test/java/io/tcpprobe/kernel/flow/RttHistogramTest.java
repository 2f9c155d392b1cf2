package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RttHistogramTest {
    private static final int LAST = RttHistogram.BUCKETS.size() - 1;

    private static RttHistogram of(long... micros) {
        long[] counts = new long[LAST + 1];
        for (long rtt : micros) {
            counts[RttHistogram.bucket(rtt)]++;
        }
        return RttHistogram.of(counts);
    }

    @Test
    void shouldHaveAFieldForEachBucket() {
        assertEquals(18, RttHistogram.BUCKETS.size());
        for (int bucket = 0; bucket <= LAST; bucket++) {
            FlowField field = RttHistogram.BUCKETS.get(bucket);
            assertEquals("rttFrom" + RttHistogram.lowerBound(bucket), field.label());
            assertEquals(bucket, RttHistogram.bucket(RttHistogram.lowerBound(bucket)));
            assertEquals(bucket, RttHistogram.bucket(RttHistogram.lowerBound(bucket) + 1));
            if (bucket > 0) {
                assertEquals(bucket - 1, RttHistogram.bucket(RttHistogram.lowerBound(bucket) - 1));
            }
        }
        assertEquals(LAST, RttHistogram.bucket(0xffff_ffffL));
    }

    /** In the bucket of the exact percentile, whatever the distribution. */
    @Test
    void shouldComputePercentilesWithinTheirBucket() {
        for (long seed = 1; seed <= 101; seed++) {
            Random random = new Random(seed);
            double spread = random.nextDouble() * 3;
            long[] micros = random.longs(997, 0, 1)
                    .map(_ -> (long) Math.exp(7 + spread * random.nextGaussian()))
                    .sorted()
                    .toArray();
            RttHistogram histogram = of(micros);
            for (int percent : new int[] {1, 50, 90, 99, 100}) {
                long exact = micros[(int) Math.ceil(micros.length * percent / 100.0) - 1];
                long got = histogram.percentile(percent);
                assertEquals(
                        RttHistogram.bucket(exact),
                        RttHistogram.bucket(got),
                        "seed " + seed + ", " + percent + " %: " + got + " for " + exact);
            }
        }
    }

    @Test
    void shouldBeOrderedAndBounded() {
        RttHistogram histogram = of(10, 100, 1000, 10_000, 100_000);
        long last = 0;
        for (int percent = 0; percent <= 100; percent++) {
            assertTrue(histogram.percentile(percent) >= last);
            last = histogram.percentile(percent);
        }
        assertEquals(0, of().percentile(50));
        assertEquals(2_097_152, of(100_000_000).percentile(50), "the last bucket has no upper bound");
    }

    @Test
    void shouldAddAndSubtract() {
        RttHistogram sum = of(10, 100).plus(of(100, 1000));
        assertEquals(4, sum.samples());
        assertEquals(of(100, 1000).percentile(99), sum.minus(of(10, 100)).percentile(99));
        assertEquals(0, of(10).minus(of(10, 10)).samples(), "of a flow that has ended");
        assertThrows(IllegalArgumentException.class, () -> RttHistogram.of(Arrays.copyOf(new long[0], LAST)));
    }
}
