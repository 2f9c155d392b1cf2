package io.tcpprobe.kernel.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;

/**
 * A bounded queue of the last rows of ended flows, from the source to one reader that takes all of them at once. Its memory grows
 * on demand, up to twice its capacity, and is released after a burst. Thread-safe.
 */
public final class EndedFlowQueue {
    private static final int INITIAL = 64;

    /** A buffer larger than this many times what it held is released. */
    private static final int SPARSE = 16;

    private final int capacity;
    private MemorySegment filling = memory(INITIAL);
    private MemorySegment spare = memory(INITIAL);
    private int count;
    private long dropped;
    private boolean closed;

    /**
     * Creates an empty queue.
     *
     * @param capacity maximum number of rows; further ones are dropped and counted
     */
    public EndedFlowQueue(int capacity) {
        this.capacity = capacity;
    }

    private static MemorySegment memory(int rows) {
        return Arena.ofAuto().allocate((long) rows * FlowLayout.SIZE, Long.BYTES);
    }

    private static int rowsOf(MemorySegment memory) {
        return (int) (memory.byteSize() / FlowLayout.SIZE);
    }

    /**
     * Adds a row.
     *
     * @param flow the single row of the flow
     */
    public synchronized void add(FlowRows flow) {
        if (count == capacity || closed) {
            dropped++;
            return;
        }
        if (count == rowsOf(filling)) {
            MemorySegment bigger = memory(Math.min(capacity, count * 2));
            bigger.copyFrom(filling);
            filling = bigger;
        }
        long at = (long) count++ * FlowLayout.SIZE;
        MemorySegment.copy(flow.memory(), 0, filling, at, FlowLayout.SIZE);
        filling.set(ValueLayout.JAVA_INT, at + FlowLayout.SEQUENCE, 0); // it is no longer written to
        if (count == 1 || count == capacity / 2) {
            notifyAll();
        }
    }

    /** Returns the number of rows that were dropped because the queue was full. */
    public synchronized long dropped() {
        return dropped;
    }

    /**
     * Waits for rows and takes all that there are. After the first one, waits for more for some time, so that they are taken
     * together. Called by one thread only.
     *
     * @param gatherMillis how long to wait after the first row; shorter if the queue is half full or closed
     * @param maxMillis maximum time of the whole call, but at least 1 ms after the first row; 0 = no limit
     * @return the rows; none if the queue is closed and empty, or if no row has come in that time
     */
    public FlowColumns take(long gatherMillis, long maxMillis) throws InterruptedException {
        MemorySegment taken;
        int rows;
        synchronized (this) {
            long began = System.nanoTime();
            awaitRow(maxMillis);
            if (count == 0) {
                return FlowColumns.none();
            }
            long now = System.nanoTime();
            long remaining = maxMillis - TimeUnit.NANOSECONDS.toMillis(now - began);
            long left = maxMillis == 0 ? gatherMillis : Math.min(gatherMillis, Math.max(1, remaining));
            long end = now + TimeUnit.MILLISECONDS.toNanos(left);
            while (left > 0 && count < capacity / 2 && !closed) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
            taken = filling;
            rows = count;
            filling = spare;
            count = 0;
        }
        try {
            return FlowColumns.copyOf(new FlowRows(taken, rows));
        } finally {
            boolean sparse = rowsOf(taken) > INITIAL && rowsOf(taken) / SPARSE > rows;
            synchronized (this) {
                spare = sparse ? memory(INITIAL) : taken;
            }
        }
    }

    private void awaitRow(long maxMillis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(maxMillis);
        long left = maxMillis;
        while (count == 0 && !closed && (maxMillis == 0 || left > 0)) {
            wait(left);
            left = maxMillis == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
    }

    /** Ends the waiting of {@link #take}, which returns the rows that are left. Rows can no longer be added. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Returns true if it is closed and empty. */
    public synchronized boolean finished() {
        return closed && count == 0;
    }
}
