package io.tcpprobe.agent.snmp.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.Variable;
import org.snmp4j.smi.VariableBinding;

/**
 * A conceptual table (RFC 2578, 7.1.12). Whoever writes one says which columns there are and which rows, in the order of their
 * indexes; how it is searched, walked and sent follows from that. Its root is the table's entry, so an instance is root, column,
 * index.
 *
 * @param <R> the rows of a moment
 */
public interface Table<R extends TableRows> extends Subtree {
    /** All columns that can be read, whether any row has a value there or not, in the order of their sub-identifiers. */
    List<Column<R>> columns();

    /** The rows as they are now. During one request they are the same. */
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

    /** Of the columns, some may have to be waited for while others are at hand. */
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
