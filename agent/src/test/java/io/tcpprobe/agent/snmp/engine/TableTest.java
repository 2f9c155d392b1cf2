package io.tcpprobe.agent.snmp.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tcpprobe.agent.snmp.model.BerBuffer;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.TableCursor;
import io.tcpprobe.agent.snmp.model.TableRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

class TableTest {
    private static final OID ENTRY = new OID("1.3.6.1.4.1.9.1.1");
    private static final int ROWS = 200;

    private final Random random = new Random(7);
    private final NumberedTable table = NumberedTable.random(ENTRY, ROWS, random);

    /** All instances, found without searching. */
    private NavigableMap<OID, Variable> instances() {
        NavigableMap<OID, Variable> all = new TreeMap<>();
        int[] arcs = new int[TableRows.INDEX_LIMIT];
        for (Column<NumberedTable.Rows> column : table.columns()) {
            for (int row = 0; row < table.rows().size(); row++) {
                if (column.presence().has(table.rows(), row)) {
                    OID oid = new OID(ENTRY).append(column.id());
                    int length = table.rows().index(row, arcs);
                    for (int i = 0; i < length; i++) {
                        oid.append(arcs[i]);
                    }
                    all.put(oid, column.value(table.rows(), row));
                }
            }
        }
        return all;
    }

    /** Object ids at, before, behind, above and below the instances. */
    private List<OID> bounds(NavigableMap<OID, Variable> instances) {
        List<OID> bounds = new ArrayList<>(List.of(
                new OID("1"),
                new OID("1.3.6.1.4.1.9.1"),
                ENTRY,
                ENTRY.nextPeer(),
                new OID("1.3.6.1.4.2"),
                new OID("2")));
        for (OID oid : instances.keySet()) {
            bounds.add(oid);
            bounds.add(oid.nextPeer());
            bounds.add(oid.predecessor());
            bounds.add(new OID(oid).append(random.nextInt()));
            OID above = new OID(oid);
            above.trim(1 + random.nextInt(oid.size() - ENTRY.size()));
            bounds.add(above);
        }
        return bounds;
    }

    @Test
    void shouldFindWhatASortedMapFinds() {
        NavigableMap<OID, Variable> instances = instances();
        for (OID bound : bounds(instances)) {
            for (boolean inclusive : new boolean[] {false, true}) {
                var expected = inclusive ? instances.ceilingEntry(bound) : instances.higherEntry(bound);
                VariableBinding found = table.next(bound, inclusive);
                if (expected == null) {
                    assertNull(found, bound::toString);
                } else {
                    assertEquals(new VariableBinding(expected.getKey(), expected.getValue()), found, bound::toString);
                }
            }
        }
    }

    @Test
    void shouldDistinguishNoSuchInstanceAndNoSuchObject() {
        OID first = instances().firstKey();
        assertEquals(Null.noSuchObject, table.get(ENTRY));
        assertEquals(Null.noSuchObject, table.get(new OID(ENTRY).append(99).append(1)));
        assertEquals(Null.noSuchInstance, table.get(new OID(first).append(0)));
        assertEquals(Null.noSuchInstance, table.get(new OID(ENTRY).append(1)));
        assertEquals(
                Null.noSuchInstance,
                table.get(new OID(ENTRY).append(NumberedTable.EMPTY).append(1)));
    }

    @Test
    void shouldGetEveryInstance() {
        instances().forEach((oid, value) -> assertEquals(value, table.get(oid), oid::toString));
    }

    @Test
    void shouldEncodeAsTheLibraryDoes() throws IOException {
        TableCursor<NumberedTable.Rows> cursor = new TableCursor<>(table, table.rows(), () -> true);
        for (boolean more = cursor.seek(ENTRY, false); more; more = cursor.step()) {
            BerBuffer ours = new BerBuffer();
            cursor.encodeValue(ours);
            ByteArrayOutputStream theirs = new ByteArrayOutputStream();
            cursor.value().encodeBER(theirs);
            assertArrayEquals(theirs.toByteArray(), ours.toArray(), cursor.binding()::toString);
        }
    }
}
