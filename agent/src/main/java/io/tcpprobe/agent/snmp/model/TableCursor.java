package io.tcpprobe.agent.snmp.model;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/** A position in a table that moves from one instance to the next, through the rows of one moment. */
public final class TableCursor<R extends TableRows> {
    private final OID root;
    private final List<Column<R>> columns;
    private final R rows;
    private final BooleanSupplier mayWait;
    private final int[] arcs = new int[TableRows.INDEX_LIMIT];
    private int at;
    private int row;
    private int markedAt;
    private int markedRow;

    /** @param mayWait returns true if the cursor may wait for a column that is not {@link Column.Presence#ready} */
    public TableCursor(Table<R> table, R rows, BooleanSupplier mayWait) {
        this.mayWait = mayWait;
        this.root = table.root();
        this.columns = table.columns();
        this.rows = rows;
    }

    /** Moves to the first instance after {@code bound}, or at it if {@code inclusive}; returns false if there is none. */
    public boolean seek(OID bound, boolean inclusive) {
        at = 0;
        row = 0;
        int entry = root.size();
        if (!bound.startsWith(root)) {
            return bound.compareTo(root) < 0 && settle();
        }
        if (bound.size() == entry) {
            return settle();
        }
        int id = bound.get(entry);
        while (at < columns.size() && Integer.compareUnsigned(columns.get(at).id(), id) < 0) {
            at++;
        }
        if (at < columns.size() && columns.get(at).id() == id) {
            row = rows.find(bound.getValue(), entry + 1, inclusive);
        }
        return settle();
    }

    /** Moves to the next instance; returns false if there is none. */
    public boolean step() {
        row++;
        return settle();
    }

    /** Moves to the first instance of the next column that has one; returns false if there is none. */
    public boolean skipColumn() {
        at++;
        row = 0;
        return settle();
    }

    /**
     * Moves to the first existing instance at or after the current position.
     *
     * @throws NotReadyException if it would have to wait
     */
    private boolean settle() {
        for (; at < columns.size(); at++) {
            Column.Presence<R> presence = columns.get(at).presence();
            if (presence.any(rows)) {
                boolean wait = mayWait.getAsBoolean();
                if (!wait && !presence.ready(rows)) {
                    throw new NotReadyException();
                }
                for (; row < rows.size(); row++) {
                    if (!wait && !presence.ready(rows, row)) {
                        throw new NotReadyException();
                    }
                    if (presence.has(rows, row)) {
                        return true;
                    }
                }
            }
            row = 0;
        }
        return false;
    }

    /** Returns the current column. */
    public Column<R> column() {
        return columns.get(at);
    }

    /** Marks the current instance. */
    public void mark() {
        markedAt = at;
        markedRow = row;
    }

    /** Returns the object id of the marked instance. */
    public OID markedOid() {
        return oid(markedAt, markedRow);
    }

    /** Returns the object id of the current instance. */
    public OID oid() {
        return oid(at, row);
    }

    private OID oid(int columnAt, int rowAt) {
        int length = rows.index(rowAt, arcs);
        int[] id = new int[root.size() + 1 + length];
        System.arraycopy(root.getValue(), 0, id, 0, root.size());
        id[root.size()] = columns.get(columnAt).id();
        System.arraycopy(arcs, 0, id, root.size() + 1, length);
        return new OID(id);
    }

    /** Returns the value of the current instance. */
    public Variable value() {
        return column().value(rows, row);
    }

    /** Returns the current instance with its value. */
    public VariableBinding binding() {
        return new VariableBinding(oid(), value());
    }

    /** Writes the index of the current row, sub-identifier by sub-identifier. */
    public void encodeIndex(BerBuffer to) {
        int length = rows.index(row, arcs);
        for (int i = 0; i < length; i++) {
            to.arc(arcs[i]);
        }
    }

    /** Writes the value of the current instance. */
    public void encodeValue(BerBuffer to) {
        column().encode(rows, row, to);
    }
}
