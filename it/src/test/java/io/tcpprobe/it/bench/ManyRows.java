package io.tcpprobe.it.bench;

import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableRows;
import java.util.List;
import java.util.stream.IntStream;
import org.snmp4j.smi.OID;

/** A table with any number of rows, for measurements: indexes with gaps, columns of 32-bit and 64-bit counters alternating. */
final class ManyRows implements Table<ManyRows.Rows> {
    static final OID ENTRY = new OID("1.3.6.1.4.1.8072.9999.9999.99.1");
    static final int COLUMNS = 20;

    /** Every third number is an index. */
    private static final int GAP = 3;

    private static final List<Column<Rows>> ALL =
            IntStream.rangeClosed(1, COLUMNS).mapToObj(ManyRows::column).toList();

    /** The rows: their indexes, and a number for each. */
    record Rows(int[] ids, long[] numbers) implements TableRows {
        @Override
        public int size() {
            return ids.length;
        }

        @Override
        public int index(int row, int[] arcs) {
            arcs[0] = ids[row];
            return 1;
        }
    }

    private final Rows rows;

    ManyRows(int size) {
        rows = new Rows(
                IntStream.rangeClosed(1, size).map(i -> GAP * i).toArray(),
                IntStream.range(0, size).mapToLong(i -> i * 0x9e37_79b9L).toArray());
    }

    private static Column<Rows> column(int id) {
        return Column.number(
                id, id % 2 == 0 ? NumberType.COUNTER64 : NumberType.COUNTER32, (rows, row) -> rows.numbers[row] + id);
    }

    /** Returns the instance of a row in a column. */
    static OID instance(int column, int row) {
        return new OID(ENTRY).append(column).append(GAP * (row + 1));
    }

    @Override
    public OID root() {
        return ENTRY;
    }

    @Override
    public List<Column<Rows>> columns() {
        return ALL;
    }

    @Override
    public Rows rows() {
        return rows;
    }
}
