package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.FlowLayout;
import io.tcpprobe.kernel.FlowRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Native memory for rows, which grows by doubling, and the list of its free rows. Used by one thread at a time. */
final class RowTable implements AutoCloseable {
    private static final int LEAST = 256;

    private Arena arena = Arena.ofShared();
    private MemorySegment memory = arena.allocate((long) LEAST * FlowLayout.SIZE, Long.BYTES);
    private int capacity = LEAST;
    private int highWater;
    private int[] free = new int[LEAST];
    private int freeCount;

    /** Takes a free row; it may lie elsewhere in memory than before. */
    int take() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        if (highWater == capacity) {
            grow();
        }
        return highWater++;
    }

    /** Gives a row back. */
    void release(int row) {
        memory.set(ValueLayout.JAVA_INT, at(row) + FlowLayout.FLOW_ID, 0);
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = row;
    }

    private void grow() {
        Arena bigger = Arena.ofShared();
        MemorySegment grown = bigger.allocate(2L * capacity * FlowLayout.SIZE, Long.BYTES);
        grown.copyFrom(memory);
        arena.close();
        arena = bigger;
        memory = grown;
        capacity *= 2;
    }

    /** The rows' memory; another one after {@link #take}. */
    MemorySegment memory() {
        return memory;
    }

    /** Where a row begins. */
    long at(int row) {
        return (long) row * FlowLayout.SIZE;
    }

    /** How many rows have ever been used. */
    int highWater() {
        return highWater;
    }

    long bytes() {
        return memory.byteSize();
    }

    FlowRows rows() {
        return new FlowRows(memory, highWater);
    }

    @Override
    public void close() {
        arena.close();
    }
}
