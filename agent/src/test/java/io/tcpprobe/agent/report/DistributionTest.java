package io.tcpprobe.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionTest {
    private static final double ERROR = 1 / 128.0;

    private static Distribution of(long... numbers) {
        Distribution distribution = new Distribution();
        Arrays.stream(numbers).forEach(distribution::add);
        return distribution;
    }

    @Test
    void shouldReturnSmallNumbersExactly() {
        Distribution distribution = of(127, 3, 90, 3, 64);
        assertEquals(3, distribution.percentile(40));
        assertEquals(64, distribution.percentile(50));
        assertEquals(90, distribution.percentile(80));
        assertEquals(127, distribution.percentile(81));
        assertEquals(5, distribution.count());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 128, 12_345_678, 0xffff_ffffL})
    void shouldReturnASingleNumberExactly(long number) {
        assertEquals(number, of(number).percentile(0.1));
        assertEquals(number, of(number).percentile(100));
        assertEquals(number, of(number).minimum());
        assertEquals(number, of(number).maximum());
    }

    @Test
    void shouldReturnThePercentilesOfManyNumbers() {
        Random random = new Random(20_261_126);
        long[] numbers = random.longs(10_007, 0, 1L << Integer.SIZE)
                .map(number -> number >>> random.nextInt(Integer.SIZE))
                .toArray();
        Distribution distribution = of(numbers);
        Arrays.sort(numbers);
        for (double percent : new double[] {0.01, 1, 17, 50, 90, 99, 99.9, 100}) {
            double exact = numbers[(int) Math.ceil(numbers.length * percent / 100) - 1];
            assertEquals(exact, (double) distribution.percentile(percent), exact * ERROR, "percentile " + percent);
        }
    }
}
