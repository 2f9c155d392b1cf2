package io.tcpprobe.kernel.flow;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one column, compressed by blocks of rows: the minimum of the block, and the distance of each number from it,
 * in as few bytes as the maximum distance needs. A block of equal numbers needs no bytes for distances, which is the common
 * case.
 */
final class PackedColumn {
    /** Number of rows of a block. */
    static final int BLOCK = 64;

    private static final VarHandle SHORTS = view(short[].class);
    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle LONGS = view(long[].class);

    private final long[] minima;

    /** The distances, {@link #BLOCK} of them; null if all numbers equal the minimum. */
    private final byte[] @Nullable [] above;

    /** Creates a column of zeros. */
    PackedColumn(int rows) {
        int blocks = (rows + BLOCK - 1) / BLOCK;
        minima = new long[blocks];
        above = new byte[blocks][];
    }

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.nativeOrder());
    }

    /** Returns the number of a row. */
    long get(int row) {
        int block = row / BLOCK;
        int at = row % BLOCK;
        byte[] distances = above[block];
        if (distances == null) {
            return minima[block];
        }
        return minima[block]
                + switch (distances.length / BLOCK) {
                    case Byte.BYTES -> Byte.toUnsignedLong(distances[at]);
                    case Short.BYTES -> Short.toUnsignedLong((short) SHORTS.get(distances, at * Short.BYTES));
                    case Integer.BYTES -> Integer.toUnsignedLong((int) INTS.get(distances, at * Integer.BYTES));
                    default -> (long) LONGS.get(distances, at * Long.BYTES);
                };
    }

    /** Copies the numbers of consecutive rows to the beginning of an array. */
    void copy(int from, int count, long[] into) {
        int copied = 0;
        while (copied < count) {
            int at = (from + copied) % BLOCK;
            int part = Math.min(BLOCK - at, count - copied);
            copyBlock((from + copied) / BLOCK, at, part, into, copied);
            copied += part;
        }
    }

    /** Returns true if the numbers of consecutive rows are equal by blocks and have a bit set; false if rows differ. */
    boolean allHave(int bit, int from, int count) {
        for (int block = from / BLOCK; block <= (from + count - 1) / BLOCK; block++) {
            if (above[block] != null || (minima[block] >>> bit & 1) == 0) {
                return false;
            }
        }
        return true;
    }

    private void copyBlock(int block, int at, int count, long[] into, int to) {
        byte[] distances = above[block];
        long base = minima[block];
        if (distances == null) {
            Arrays.fill(into, to, to + count, base);
            return;
        }
        switch (distances.length / BLOCK) {
            case Byte.BYTES -> {
                for (int i = 0; i < count; i++) {
                    into[to + i] = base + Byte.toUnsignedLong(distances[at + i]);
                }
            }
            case Short.BYTES -> {
                for (int i = 0; i < count; i++) {
                    into[to + i] = base + Short.toUnsignedLong((short) SHORTS.get(distances, (at + i) * Short.BYTES));
                }
            }
            case Integer.BYTES -> {
                for (int i = 0; i < count; i++) {
                    into[to + i] = base + Integer.toUnsignedLong((int) INTS.get(distances, (at + i) * Integer.BYTES));
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    into[to + i] = base + (long) LONGS.get(distances, (at + i) * Long.BYTES);
                }
            }
        }
    }

    /** Sets the numbers of a block. */
    void set(int block, long[] numbers, int count) {
        long low = numbers[0];
        long high = low;
        for (int i = 1; i < count; i++) {
            low = Math.min(low, numbers[i]);
            high = Math.max(high, numbers[i]);
        }
        minima[block] = low;
        if (low != high) {
            above[block] = distances(numbers, count, low, high - low);
        }
    }

    /**
     * Returns the distances from the minimum, which are unsigned: the difference of a negative and a positive number may need
     * all 64 bits.
     */
    private static byte[] distances(long[] numbers, int count, long low, long maxDistance) {
        if (maxDistance >>> Byte.SIZE == 0) {
            byte[] distances = new byte[BLOCK];
            for (int i = 0; i < count; i++) {
                distances[i] = (byte) (numbers[i] - low);
            }
            return distances;
        }
        if (maxDistance >>> Short.SIZE == 0) {
            byte[] distances = new byte[BLOCK * Short.BYTES];
            for (int i = 0; i < count; i++) {
                SHORTS.set(distances, i * Short.BYTES, (short) (numbers[i] - low));
            }
            return distances;
        }
        if (maxDistance >>> Integer.SIZE == 0) {
            byte[] distances = new byte[BLOCK * Integer.BYTES];
            for (int i = 0; i < count; i++) {
                INTS.set(distances, i * Integer.BYTES, (int) (numbers[i] - low));
            }
            return distances;
        }
        byte[] distances = new byte[BLOCK * Long.BYTES];
        for (int i = 0; i < count; i++) {
            LONGS.set(distances, i * Long.BYTES, numbers[i] - low);
        }
        return distances;
    }
}
