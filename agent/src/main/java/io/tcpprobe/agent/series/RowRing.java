package io.tcpprobe.agent.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** The last rows of numbers; a new one replaces the oldest when the ring is full. Memory is allocated as rows arrive. Thread-safe. */
final class RowRing {
    private static final int FIRST_ROWS = 64;

    private final int columns;
    private final int capacity;
    private long[] numbers;
    private long next;

    /**
     * Creates an empty ring.
     *
     * @param columns numbers of a row
     * @param capacity maximum number of rows
     */
    RowRing(int columns, int capacity) {
        this.columns = columns;
        this.capacity = capacity;
        this.numbers = new long[columns * Math.min(capacity, FIRST_ROWS)];
    }

    /** Returns the size of a full ring in bytes. */
    long maxBytes() {
        return (long) Long.BYTES * columns * capacity;
    }

    synchronized void add(long... row) {
        int rows = numbers.length / columns;
        if (next == rows && rows < capacity) {
            rows = (int) Math.min(capacity, 2L * rows);
            numbers = Arrays.copyOf(numbers, rows * columns);
        }
        System.arraycopy(row, 0, numbers, (int) (next++ % rows) * columns, columns);
    }

    /** Removes all rows. */
    synchronized void clear() {
        next = 0;
    }

    /** Returns copies of the selected rows, the oldest first. */
    synchronized List<long[]> rows(Predicate<long[]> selected) {
        int rows = numbers.length / columns;
        List<long[]> found = new ArrayList<>();
        for (long at = Math.max(0, next - rows); at < next; at++) {
            int from = (int) (at % rows) * columns;
            long[] row = Arrays.copyOfRange(numbers, from, from + columns);
            if (selected.test(row)) {
                found.add(row);
            }
        }
        return found;
    }
}
