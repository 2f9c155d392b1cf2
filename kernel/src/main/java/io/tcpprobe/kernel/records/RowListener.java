package io.tcpprobe.kernel.records;

import java.lang.foreign.MemorySegment;

/** Gets samples, in their order. */
@FunctionalInterface
public interface RowListener {
    /**
     * A flow was sampled.
     *
     * @param memory holds the row, which is valid during this call only
     * @param row where it begins; it lies as FlowLayout says
     */
    void sampled(MemorySegment memory, long row);
}
