package io.tcpprobe.kernel.records;

import java.lang.foreign.MemorySegment;

/** Receives samples in their order. */
@FunctionalInterface
public interface RowListener {
    /**
     * Receives a sample of a flow.
     *
     * @param memory holds the row, which is valid during this call only
     * @param row offset of the row, whose layout is FlowLayout
     */
    void sampled(MemorySegment memory, long row);
}
