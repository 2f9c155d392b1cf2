package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.snmp4j.smi.OID;

/**
 * A table that a test makes: rows with indexes of several lengths, columns of all types, holes. A cell's value follows from its
 * row's number alone, so that it is the same whoever asks.
 */
final class NumberedTable implements Table<NumberedTable.Rows> {
    /** The column that no row has. */
    static final int EMPTY = 4;

    /** The column that only every third row has. */
    static final int SPARSE = 0x9000_0000;

    private static final List<Column<Rows>> COLUMNS = List.of(
            Column.number(1, NumberType.INTEGER32, (rows, row) -> number(row)),
            Column.number(2, NumberType.COUNTER64, (rows, row) -> number(row)),
            Column.number(3, NumberType.GAUGE32, (rows, row) -> number(row)),
            Column.<Rows>number(EMPTY, NumberType.GAUGE32, (rows, row) -> 0).where(new Column.Presence<>() {
                @Override
                public boolean has(Rows rows, int row) {
                    return false;
                }

                @Override
                public boolean any(Rows rows) {
                    return false;
                }
            }),
            Column.octets(5, OctetType.OCTET_STRING, (rows, row) -> text(row)),
            Column.octets(6, OctetType.IP_ADDRESS, (rows, row) -> new byte[] {127, 0, (byte) (row >> 8), (byte) row}),
            Column.number(200, NumberType.COUNTER32, (rows, row) -> number(row)),
            Column.number(70_000, NumberType.TIME_TICKS, (rows, row) -> number(row)),
            Column.<Rows>number(SPARSE, NumberType.COUNTER64, (rows, row) -> number(row))
                    .where((rows, row) -> row % 3 == 0));

    /** Indexes in order. */
    record Rows(int[][] indexes) implements TableRows {
        @Override
        public int size() {
            return indexes.length;
        }

        @Override
        public int index(int row, int[] arcs) {
            System.arraycopy(indexes[row], 0, arcs, 0, indexes[row].length);
            return indexes[row].length;
        }
    }

    private final OID entry;
    private final Rows rows;

    NumberedTable(OID entry, int[]... indexes) {
        this.entry = entry;
        this.rows = new Rows(indexes);
    }

    /** One of so many rows, with indexes of one to five sub-identifiers of all sizes. */
    static NumberedTable random(OID entry, int size, Random random) {
        List<int[]> indexes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            indexes.add(random.ints(1 + random.nextInt(5))
                    .map(arc -> arc >>> random.nextInt(Integer.SIZE))
                    .toArray());
        }
        indexes.sort(Arrays::compareUnsigned);
        for (int i = size - 1; i > 0; i--) {
            if (Arrays.equals(indexes.get(i), indexes.get(i - 1))) {
                indexes.remove(i);
            }
        }
        return new NumberedTable(entry, indexes.toArray(int[][]::new));
    }

    /** Numbers of all lengths and both signs. */
    private static long number(int row) {
        return (row * 0x9e37_79b9_7f4a_7c15L) >> row % Long.SIZE;
    }

    private static byte[] text(int row) {
        return "x".repeat(row * 37 % 300).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public OID root() {
        return entry;
    }

    @Override
    public List<Column<Rows>> columns() {
        return COLUMNS;
    }

    @Override
    public Rows rows() {
        return rows;
    }
}
