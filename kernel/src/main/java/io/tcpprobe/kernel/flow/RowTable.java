package io.tcpprobe.kernel.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Native memory for rows, which grows by doubling, and the list of its free rows. Used by one thread at a time. Rows returned
 * before the memory grew remain readable, though not up to date, until {@link #freeOutgrown}.
 */
public final class RowTable implements AutoCloseable {
    private static final int MIN_CAPACITY = 256;

    private Arena arena = Arena.ofShared();
    private MemorySegment memory = arena.allocate((long) MIN_CAPACITY * FlowLayout.SIZE, Long.BYTES);
    private int capacity = MIN_CAPACITY;
    private int highWater;
    private int[] free = new int[MIN_CAPACITY];
    private int freeCount;
    private final List<Arena> outgrown = new ArrayList<>();

    /** Allocates a row. The memory may have moved afterwards. */
    public int allocate() {
        if (freeCount > 0) {
            return free[--freeCount];
        }
        if (highWater == capacity) {
            grow();
        }
        return highWater++;
    }

    /** Releases a row. */
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

    /** Frees memory that was replaced by a larger one. Rows that {@link #rows} returned earlier must no longer be in use. */
    public void freeOutgrown() {
        outgrown.forEach(Arena::close);
        outgrown.clear();
    }

    /** Returns the memory of the rows; {@link #allocate} may replace it. */
    public MemorySegment memory() {
        return memory;
    }

    /** Returns the offset of a row. */
    public long at(int row) {
        return (long) row * FlowLayout.SIZE;
    }

    /** Returns the id of the flow in a row; 0 if the row is free. */
    public int flowId(int row) {
        return memory.get(ValueLayout.JAVA_INT, at(row) + FlowLayout.FLOW_ID);
    }

    /** Returns true if a flow has this id; scans all rows. */
    public boolean inUse(int flowId) {
        for (int row = 0; row < highWater; row++) {
            if (flowId(row) == flowId) {
                return true;
            }
        }
        return false;
    }

    /** Returns the number of rows in use. */
    public int live() {
        return highWater - freeCount;
    }

    /** Returns the number of rows that have ever been used. */
    public int highWater() {
        return highWater;
    }

    /** Returns the size of the rows in bytes. */
    public long bytes() {
        return memory.byteSize();
    }

    /** Returns the current rows. */
    public FlowRows rows() {
        return new FlowRows(memory, highWater);
    }

    @Override
    public void close() {
        freeOutgrown();
        arena.close();
    }
}
