package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class RowBlockTest {
    private final MemorySegment rows = Arena.ofAuto().allocate(2L * FlowLayout.SIZE, 8);
    private final RowBlock block = new RowBlock(2);

    /** Between the reading of the ids and the copy, a flow may end and its row be used by the next one. */
    @Test
    void shouldSkipARowThatAnotherFlowHasReused() {
        rows.set(FlowLayout.INT, FlowLayout.FLOW_ID, 7);
        rows.set(FlowLayout.INT, (long) FlowLayout.SIZE + FlowLayout.FLOW_ID, 8);
        block.add(rows, 0, 5);
        assertEquals(0, block.size());
        block.add(rows, FlowLayout.SIZE, 8);
        assertEquals(1, block.size());
    }
}
