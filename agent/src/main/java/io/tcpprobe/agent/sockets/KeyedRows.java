package io.tcpprobe.agent.sockets;

import java.util.function.IntToLongFunction;

/**
 * Rows sorted by numeric keys (radix sort, least significant byte first). Each row's key is computed once and moves with the row: fetching
 * the key by the row at each step would cause a cache miss for each of a million rows.
 */
final class KeyedRows {
    private static final int VALUES = 1 << Byte.SIZE;

    private int[] rows;
    private long[] keys;

    /** Uses this array of rows; the caller must not use it afterwards. */
    KeyedRows(int[] rows) {
        this.rows = rows;
        this.keys = new long[rows.length];
    }

    /**
     * Sorts by keys as unsigned numbers; the sort is stable.
     *
     * @param key computed once for each row
     * @param bytes the number of low-order bytes in which the keys may differ
     */
    void sort(IntToLongFunction key, int bytes) {
        for (int i = 0; i < rows.length; i++) {
            keys[i] = key.applyAsLong(rows[i]);
        }
        int[] nextRows = new int[rows.length];
        long[] nextKeys = new long[rows.length];
        for (int shift = 0; shift < bytes * Byte.SIZE; shift += Byte.SIZE) {
            int[] begin = begins(shift);
            for (int i = 0; i < rows.length; i++) {
                int to = begin[value(i, shift)]++;
                nextRows[to] = rows[i];
                nextKeys[to] = keys[i];
            }
            int[] freeRows = rows;
            rows = nextRows;
            nextRows = freeRows;
            long[] freeKeys = keys;
            keys = nextKeys;
            nextKeys = freeKeys;
        }
    }

    /** Returns, for each value of a byte, the index at which the rows with this value begin. */
    private int[] begins(int shift) {
        int[] begin = new int[VALUES + 1];
        for (int i = 0; i < rows.length; i++) {
            begin[value(i, shift) + 1]++;
        }
        for (int value = 1; value <= VALUES; value++) {
            begin[value] += begin[value - 1];
        }
        return begin;
    }

    private int value(int i, int shift) {
        return (int) (keys[i] >>> shift) & VALUES - 1;
    }

    /** Returns the rows, sorted. */
    int[] rows() {
        return rows;
    }

    /** Returns true if two places of {@link #rows} had the same key in the last sort. */
    boolean sameKeys(int one, int other) {
        return keys[one] == keys[other];
    }
}
