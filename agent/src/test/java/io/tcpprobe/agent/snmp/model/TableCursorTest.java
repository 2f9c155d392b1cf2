package io.tcpprobe.agent.snmp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.snmp4j.smi.OID;

class TableCursorTest {
    private static final OID ENTRY = new OID("1.3.6.1.4.1.99999.1");

    /** Rows 1 to 4, of which those up to a limit are ready. */
    private record Rows(int ready) implements TableRows {
        @Override
        public int size() {
            return 4;
        }

        @Override
        public int index(int row, int[] arcs) {
            arcs[0] = row + 1;
            return 1;
        }
    }

    private record Limited(Rows rows) implements Table<Rows> {
        private static final Column.Presence<Rows> PRESENCE = new Column.Presence<>() {
            @Override
            public boolean has(Rows rows, int row) {
                return row != 1;
            }

            @Override
            public boolean ready(Rows rows, int row) {
                return row < rows.ready;
            }
        };

        @Override
        public OID root() {
            return ENTRY;
        }

        @Override
        public List<Column<Rows>> columns() {
            return List.of(
                    Column.<Rows>number(2, NumberType.GAUGE32, (_, row) -> row).where(PRESENCE));
        }
    }

    private static TableCursor<Rows> cursor(int ready, boolean mayWait) {
        Limited table = new Limited(new Rows(ready));
        return new TableCursor<>(table, table.rows(), () -> mayWait);
    }

    @Test
    void shouldStopBeforeARowThatMustBeWaitedFor() {
        TableCursor<Rows> cursor = cursor(3, false);
        assertTrue(cursor.seek(ENTRY, false));
        assertTrue(cursor.step());
        assertEquals(new OID(ENTRY).append(2).append(3), cursor.oid());
        assertThrows(NotReadyException.class, cursor::step);
    }

    @Test
    void shouldStopBeforeAHoleThatMustBeWaitedFor() {
        TableCursor<Rows> cursor = cursor(1, false);
        assertTrue(cursor.seek(ENTRY, false));
        assertThrows(NotReadyException.class, cursor::step, "without waiting it is not known that row 2 is a hole");
    }

    @Test
    void shouldPassThemIfItMayWait() {
        TableCursor<Rows> cursor = cursor(0, true);
        assertTrue(cursor.seek(ENTRY, false));
        assertTrue(cursor.step());
        assertTrue(cursor.step());
        assertFalse(cursor.step());
    }

    @Test
    void shouldBeginTheNextColumnAtItsFirstRow() {
        TableCursor<Rows> cursor = cursor(0, true);
        assertTrue(cursor.seek(new OID(ENTRY).append(1).append(3), false), "there is no column 1");
        assertEquals(new OID(ENTRY).append(2).append(1), cursor.oid());
    }
}
