package io.tcpprobe.agent.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyedRowsTest {
    private static final int COUNT = 1009;

    private final Random random = new Random(20261126);

    private static int[] inOrder() {
        return IntStream.range(0, COUNT).toArray();
    }

    private static int[] expected(Comparator<Integer> order) {
        return IntStream.range(0, COUNT)
                .boxed()
                .sorted(order)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @Test
    void shouldSortByUnsignedKeysAndKeepTheOrderOfEquals() {
        long[] keys = random.longs(COUNT, -50, 50).toArray();
        KeyedRows rows = new KeyedRows(inOrder());
        rows.sort(row -> keys[row], Long.BYTES);
        int[] sorted = expected((one, other) -> Long.compareUnsigned(keys[one], keys[other]));
        assertArrayEquals(sorted, rows.rows());
        for (int i = 1; i < COUNT; i++) {
            assertEquals(keys[sorted[i - 1]] == keys[sorted[i]], rows.sameKeys(i - 1, i));
        }
    }

    @Test
    void shouldSortByTheLatterKeyFirst() {
        long[] high = random.longs(COUNT, 0, 8).toArray();
        long[] low = random.longs(COUNT, 0, 200).toArray();
        KeyedRows rows = new KeyedRows(inOrder());
        rows.sort(row -> low[row], 1);
        rows.sort(row -> high[row], 1);
        assertArrayEquals(
                expected(Comparator.<Integer>comparingLong(row -> high[row]).thenComparingLong(row -> low[row])),
                rows.rows());
    }

    /** Each is a miss of the processor's caches when there are a million rows. */
    @Test
    void shouldComputeEachKeyOnce() {
        AtomicInteger computed = new AtomicInteger();
        new KeyedRows(inOrder())
                .sort(
                        row -> {
                            computed.incrementAndGet();
                            return row * 31L;
                        },
                        Long.BYTES);
        assertEquals(COUNT, computed.get());
    }

    @Test
    void shouldAcceptNoRowsAndRowsWithoutKeys() {
        KeyedRows none = new KeyedRows(new int[0]);
        none.sort(_ -> 0, 1);
        assertEquals(0, none.rows().length);
        assertTrue(new KeyedRows(inOrder()).sameKeys(0, 1));
        KeyedRows two = new KeyedRows(new int[] {0, 1});
        two.sort(row -> row, 1);
        assertFalse(two.sameKeys(0, 1));
    }
}
