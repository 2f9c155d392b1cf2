package io.tcpprobe.agent.snmp.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/**
 * A conceptual table (RFC 2578, 7.1.12). An implementation declares its columns, and its rows in the order of their indexes;
 * searching, walking and encoding follow from that. The root is the table's entry, so an instance is root, column, index.
 *
 * @param <R> the rows of one moment
 */
public interface Table<R extends TableRows> extends Subtree {
    /** Returns all readable columns, also those without values, in the order of their sub-identifiers. */
    List<Column<R>> columns();

    /** Returns the current rows; the same during one request. */
    R rows();

    @Override
    default Variable get(OID instance) {
        int at = root().size();
        Column<R> column = instance.size() > at ? column(instance.get(at)) : null;
        if (column == null) {
            return Null.noSuchObject;
        }
        R rows = rows();
        int row = rows.row(instance.getValue(), at + 1);
        return row >= 0 && column.presence().has(rows, row) ? column.value(rows, row) : Null.noSuchInstance;
    }

    /** Some columns may have to wait while others are available. */
    @Override
    default boolean ready(OID instance) {
        if (!ready()) {
            return false;
        }
        int at = root().size();
        Column<R> column = instance.size() > at ? column(instance.get(at)) : null;
        return column == null || column.presence().ready(rows());
    }

    private @Nullable Column<R> column(int id) {
        for (Column<R> column : columns()) {
            if (column.id() == id) {
                return column;
            }
        }
        return null;
    }

    @Override
    default @Nullable VariableBinding next(OID bound, boolean inclusive) {
        TableCursor<R> cursor = new TableCursor<>(this, rows(), () -> true);
        return cursor.seek(bound, inclusive) ? cursor.binding() : null;
    }
}
