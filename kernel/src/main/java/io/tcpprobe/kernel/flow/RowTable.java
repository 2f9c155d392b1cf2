package io.tcpprobe.kernel.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Native memory for rows, which grows by doubling, and the list of its free rows. Used by one thread at a time. Rows that
 * were given out stay readable, though not up to date, while the memory grows, until {@link #freeOutgrown}.
 */
public final class RowTable implements AutoCloseable {
    private static final int LEAST = 256;

    private Arena arena = Arena.ofShared();
    private MemorySegment memory = arena.allocate((long) LEAST * FlowLayout.SIZE, Long.BYTES);
    private int capacity = LEAST;
    private int highWater;
    private int[] free = new int[LEAST];
    private int freeCount;
    private final List<Arena> outgrown = new ArrayList<>();

    /** Takes a free row; it may lie elsewhere in memory than before. */
    public int take() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        if (highWater == capacity) {
            grow();
        }
        return highWater++;
    }

    /** Gives a row back. */
    public void release(int row) {
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
        outgrown.add(arena);
        arena = bigger;
        memory = grown;
        capacity *= 2;
    }

    /** Frees memory that was given up for more: what {@link #rows} gave before must not be in use any more. */
    public void freeOutgrown() {
        outgrown.forEach(Arena::close);
        outgrown.clear();
    }

    /** The rows' memory; another one after {@link #take}. */
    public MemorySegment memory() {
        return memory;
    }

    /** Where a row begins. */
    public long at(int row) {
        return (long) row * FlowLayout.SIZE;
    }

    /** The id of the flow that has a row; 0 = the row is free. */
    public int flowId(int row) {
        return memory.get(ValueLayout.JAVA_INT, at(row) + FlowLayout.FLOW_ID);
    }

    /** Whether a row's flow has this id; looks through all rows. */
    public boolean inUse(int flowId) {
        for (int row = 0; row < highWater; row++) {
            if (flowId(row) == flowId) {
                return true;
            }
        }
        return false;
    }

    /** How many rows are taken. */
    public int live() {
        return highWater - freeCount;
    }

    /** How many rows have ever been used. */
    public int highWater() {
        return highWater;
    }

    /** How many bytes the rows take. */
    public long bytes() {
        return memory.byteSize();
    }

    /** The rows as they are now. */
    public FlowRows rows() {
        return new FlowRows(memory, highWater);
    }

    @Override
    public void close() {
        freeOutgrown();
        arena.close();
    }
}
