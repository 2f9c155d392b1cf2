package io.tcpprobe.kernel.flow;

import java.lang.foreign.MemorySegment;

/**
 * The rows of a source: {@code count} rows of {@link FlowLayout}, including free ones. They may be written while they are read.
 *
 * @param memory the rows, contiguous
 * @param count number of rows of the memory that have ever been used
 */
public record FlowRows(MemorySegment memory, int count) {
    /** Returns the single row that begins at this offset. */
    public static FlowRows one(MemorySegment memory, long row) {
        return new FlowRows(memory.asSlice(row, FlowLayout.SIZE), 1);
    }

    /** Returns a number of the first row, without copying the row; 0 if it is absent. */
    public long number(FlowField field) {
        return FlowLayout.has(memory, 0, field) ? FlowLayout.number(memory, 0, field) : 0;
    }
}
