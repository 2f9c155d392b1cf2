package io.tcpprobe.kernel.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Keeps ended flows with their last values for some time, in a ring buffer that grows on demand, oldest first. Thread-safe. */
public final class EndedFlows {
    private static final int MIN_CAPACITY = 16;

    private MemorySegment rows = memory(MIN_CAPACITY);
    private long[] endedAt = new long[MIN_CAPACITY];
    private int first;
    private int count;
    private @Nullable FlowColumns columns;

    private static MemorySegment memory(int capacity) {
        return Arena.ofAuto().allocate((long) capacity * FlowLayout.SIZE, Long.BYTES);
    }

    /**
     * Adds a flow.
     *
     * @param flow the single row of the flow
     * @param now CLOCK_MONOTONIC
     * @param max maximum number of flows; the oldest one is evicted
     */
    public synchronized void add(FlowRows flow, long now, int max) {
        while (count >= max) {
            forgetFirst();
        }
        if (count == endedAt.length) {
            grow();
        }
        int index = (first + count) % endedAt.length;
        MemorySegment.copy(flow.memory(), 0, rows, at(index), FlowLayout.SIZE);
        rows.set(ValueLayout.JAVA_INT, at(index) + FlowLayout.SEQUENCE, 0); // it is no longer written to
        endedAt[index] = now;
        count++;
        columns = null;
    }

    private static long at(int index) {
        return (long) index * FlowLayout.SIZE;
    }

    private void grow() {
        int capacity = endedAt.length;
        MemorySegment bigger = memory(capacity * 2);
        long[] times = new long[capacity * 2];
        for (int i = 0; i < count; i++) {
            int index = (first + i) % capacity;
            MemorySegment.copy(rows, at(index), bigger, at(i), FlowLayout.SIZE);
            times[i] = endedAt[index];
        }
        rows = bigger;
        endedAt = times;
        first = 0;
    }

    private void forgetFirst() {
        rows.set(ValueLayout.JAVA_INT, at(first) + FlowLayout.FLOW_ID, 0);
        first = (first + 1) % endedAt.length;
        count--;
        columns = null;
    }

    /**
     * Returns the flows that ended in the last {@code nanos}; the same object as long as they do not change.
     *
     * @param now CLOCK_MONOTONIC
     */
    public synchronized FlowColumns since(long nanos, long now) {
        while (count > 0 && now - endedAt[first] >= nanos) {
            forgetFirst();
        }
        if (count == 0 && endedAt.length > MIN_CAPACITY) {
            rows = memory(MIN_CAPACITY);
            endedAt = new long[MIN_CAPACITY];
            first = 0;
        }
        FlowColumns known = columns;
        if (known == null) {
            known = FlowColumns.copyOf(new FlowRows(rows, endedAt.length));
            columns = known;
        }
        return known;
    }
}
