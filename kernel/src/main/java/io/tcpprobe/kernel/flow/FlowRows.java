package io.tcpprobe.kernel.flow;

import java.lang.foreign.MemorySegment;

/**
 * Rows as a source holds them: {@code count} rows of {@link FlowLayout}, free ones among them, which may be written to while
 * they are read.
 *
 * @param memory the rows, one behind the other
 * @param count how many rows of the memory have ever been used
 */
public record FlowRows(MemorySegment memory, int count) {
    /** The row alone that begins here. */
    public static FlowRows one(MemorySegment memory, long row) {
        return new FlowRows(memory.asSlice(row, FlowLayout.SIZE), 1);
    }
}
