package io.tcpprobe.kernel.flow;

import java.lang.foreign.MemorySegment;

/**
 * The rows of a source: {@code count} rows of {@link FlowLayout}, including free ones. They may be written while they are read.
 *
 * @param memory the rows, contiguous
 * @param count number of rows of the memory that have ever been used
 * @param completeNanos whatever a flow did until this time of the rows' clock is in its row; what it did later is there only if it was
 *     sampled later. {@link #ALWAYS} if a row that was not sampled shows that the flow did nothing
 */
public record FlowRows(MemorySegment memory, int count, long completeNanos) {
    /** The rows of most sources are complete whenever they are read. */
    public static final long ALWAYS = Long.MAX_VALUE;

    /** Creates rows that are complete whenever they are read. */
    public FlowRows(MemorySegment memory, int count) {
        this(memory, count, ALWAYS);
    }

    /** Returns the same rows, which are complete until a time only. */
    public FlowRows completeUntil(long nanos) {
        return new FlowRows(memory, count, nanos);
    }

    /** Returns the single row that begins at this offset. */
    public static FlowRows one(MemorySegment memory, long row) {
        return new FlowRows(memory.asSlice(row, FlowLayout.SIZE), 1);
    }

    /** Returns a number of the first row, without copying the row; 0 if it is absent. */
    public long number(FlowField field) {
        return FlowLayout.has(memory, 0, field) ? FlowLayout.number(memory, 0, field) : 0;
    }
}
