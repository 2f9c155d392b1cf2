package io.tcpprobe.agent.sockets;

import java.util.function.IntToLongFunction;

/**
 * Rows that are sorted by numbers (least significant byte first, a radix sort). Each row's number is computed once and moves
 * with it: to look it up by the row, at each step, would miss the processor's caches for each of a million rows.
 */
final class KeyedRows {
    private static final int VALUES = 1 << Byte.SIZE;

    private int[] rows;
    private long[] keys;

    /** Rows, in an array that is this object's own from now on. */
    KeyedRows(int[] rows) {
        this.rows = rows;
        this.keys = new long[rows.length];
    }

    /**
     * Sorts by keys as unsigned numbers; rows with the same key stay in their order.
     *
     * @param key computed once for each row
     * @param bytes how many bytes of the keys differ, from the lowest on
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

    /** For each value of a byte, where the rows that have it begin. */
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

    /** The rows, sorted. */
    int[] rows() {
        return rows;
    }

    /** Whether two places of {@link #rows} had the same key when they were sorted last. */
    boolean sameKeys(int one, int other) {
        return keys[one] == keys[other];
    }
}
