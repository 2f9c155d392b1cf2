package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedColumnTest {
    private static void assertKept(long[] numbers) {
        PackedColumn column = new PackedColumn(numbers.length);
        long[] scratch = new long[PackedColumn.BLOCK];
        for (int from = 0; from < numbers.length; from += PackedColumn.BLOCK) {
            int count = Math.min(PackedColumn.BLOCK, numbers.length - from);
            System.arraycopy(numbers, from, scratch, 0, count);
            column.set(from / PackedColumn.BLOCK, scratch, count);
        }
        for (int row = 0; row < numbers.length; row++) {
            assertEquals(numbers[row], column.get(row), "row " + row);
        }
        long[] copied = new long[numbers.length];
        for (int from = 0; from < numbers.length; from += 13) {
            int count = Math.min(101, numbers.length - from);
            column.copy(from, count, copied);
            assertArrayEquals(Arrays.copyOfRange(numbers, from, from + count), Arrays.copyOf(copied, count));
        }
    }

    /** The distances at which more bytes are needed, and those just below. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffffL, 0x1_0000_0000L, Long.MAX_VALUE, -1})
    void shouldKeepNumbersOfAnyDistance(long distance) {
        for (long low : new long[] {0, 1, -1, 1000, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertKept(new long[] {low, low + distance, low, low + distance / 2});
        }
    }

    @Test
    void shouldKeepBlocksApart() {
        Random random = new Random(7);
        long[] numbers = new long[3 * PackedColumn.BLOCK + 5];
        for (int row = 0; row < numbers.length; row++) {
            numbers[row] = switch (row / PackedColumn.BLOCK) {
                case 0 -> 42;
                case 1 -> random.nextInt(256);
                case 2 -> random.nextLong();
                default -> 70_000 + random.nextInt(60_000);
            };
        }
        assertKept(numbers);
    }

    @Test
    void shouldReturnZeroForAnUnsetValue() {
        PackedColumn column = new PackedColumn(2 * PackedColumn.BLOCK);
        column.set(1, new long[] {5}, 1);
        assertEquals(0, column.get(PackedColumn.BLOCK - 1));
        assertEquals(5, column.get(PackedColumn.BLOCK));
    }
}
