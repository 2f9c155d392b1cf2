package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowLayout;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much room there is for flows; skipped where BPF cannot be used. */
class BpfTableTest {
    private static final long UNLIMITED = 4_000_000;

    private BpfObject object;
    private BpfTable table;

    @BeforeEach
    void map() throws Exception {
        object = Bpf.load();
        table = BpfTable.map(object);
    }

    @AfterEach
    void unmap() throws Exception {
        if (table != null) {
            table.close();
            object.close();
        }
    }

    @Test
    void shouldHaveAFewThousandRowsToSpare() throws Exception {
        assertTrue(table.makeRoom(UNLIMITED, 0));
        assertEquals(8192, table.capacity());
        assertFalse(table.makeRoom(UNLIMITED, 0));
    }

    /** Rows are memory, of which the agent's own address space has the row mapped, and not the state beside it. */
    @Test
    void shouldMakeRoomForAllKnownFlowsAtOnceAndForAQuarterMore() throws Exception {
        int known = 50_021;
        assertTrue(table.makeRoom(UNLIMITED, known));
        int max = known + known / 4 + BpfTable.CHUNK_ROWS;
        assertTrue(table.capacity() >= known + 8192 && table.capacity() <= max, table.capacity() + " rows");
        assertEquals((FlowLayout.SIZE + BpfTable.STATE_BYTES) * (long) table.capacity(), table.bytes());
    }

    @Test
    void shouldNotHaveMoreThan32768RowsToSpare() throws Exception {
        int known = 200_003;
        assertTrue(table.makeRoom(UNLIMITED, known));
        int spare = table.capacity() - known;
        assertTrue(spare >= 32_768 && spare < 32_768 + BpfTable.CHUNK_ROWS, spare + " rows to spare");
    }

    @Test
    void shouldMakeRoomForNoMoreThanMaxflows() throws Exception {
        assertTrue(table.makeRoom(10_007, 1_000_003));
        assertEquals(3 * BpfTable.CHUNK_ROWS, table.capacity());
        assertFalse(table.makeRoom(10_007, 1_000_003));
    }

    /** Of the rows, only those that have been used: all mapped pages are in the process's resident memory. */
    @Test
    void shouldMapUsedRowsOnly() throws Exception {
        table.makeRoom(UNLIMITED, 20_011);
        assertEquals(0, table.mappedBytes());
        for (int used : new int[] {1, 513, 4_095, 4_097, 13_003, 13_003}) {
            table.highWater(used);
            assertEquals(used, table.rows().count());
            table.rows().memory().get(ValueLayout.JAVA_BYTE, (long) used * FlowLayout.SIZE - 1);
            long rows = table.mappedBytes() / FlowLayout.SIZE;
            assertTrue(rows >= used && rows < used + 512, () -> rows + " rows mapped for " + used);
        }
    }
}
