package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowTableTest {
    private final RowTable table = new RowTable();

    @AfterEach
    void close() {
        table.close();
    }

    private int take(int flowId) {
        int row = table.allocate();
        table.memory().set(ValueLayout.JAVA_INT, table.at(row) + FlowLayout.FLOW_ID, flowId);
        return row;
    }

    @Test
    void shouldKnowWhichFlowsHaveRows() {
        int first = take(7);
        take(-5);
        assertEquals(2, table.live());
        assertEquals(7, table.flowId(first));
        assertTrue(table.inUse(7) && table.inUse(-5));
        table.release(first);
        assertEquals(1, table.live());
        assertEquals(0, table.flowId(first));
        assertFalse(table.inUse(7));
        assertEquals(first, take(8), "a free row is used again");
        assertEquals(2, table.live());
    }

    @Test
    void shouldKeepRowsWhileItGrows() {
        for (int id = 1; id <= 1000; id++) {
            take(id);
        }
        table.freeOutgrown();
        assertEquals(1000, table.live());
        assertTrue(table.inUse(1) && table.inUse(1000));
        assertFalse(table.inUse(1001));
    }
}
