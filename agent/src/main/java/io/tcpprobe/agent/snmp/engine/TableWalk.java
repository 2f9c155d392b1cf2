package io.tcpprobe.agent.snmp.engine;

import io.tcpprobe.agent.snmp.model.BerBuffer;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.snmp.model.TableCursor;
import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.agent.snmp.model.View;
import org.jspecify.annotations.Nullable;
import org.snmp4j.asn1.BER;
import org.snmp4j.smi.OID;

/** A walk through one table. The view is evaluated once per column if it is the same for all rows. */
final class TableWalk<R extends TableRows> {
    private final NextRequest<?> request;
    private final OID root;
    private final TableCursor<R> cursor;
    private final BerBuffer prefix = new BerBuffer();

    /** The column that {@link #share} and {@link #prefix} belong to. */
    private @Nullable Column<R> known;

    private View.Share share = View.Share.NONE;

    TableWalk(NextRequest<?> request, Table<R> table) {
        this.request = request;
        this.root = table.root();
        this.cursor = request.cursor(table);
    }

    /** Moves to the first visible instance after {@code bound}; returns false if there is none. */
    boolean seek(OID bound) {
        return settle(cursor.seek(bound, false));
    }

    /** Moves to the next visible instance; returns false if there is none. */
    boolean step() {
        return settle(cursor.step());
    }

    private boolean settle(boolean found) {
        boolean more = found;
        while (more) {
            Column<R> column = cursor.column();
            if (known == null || known.id() != column.id()) {
                enter(column);
            }
            switch (share) {
                case ALL -> {
                    return true;
                }
                case NONE -> more = cursor.skipColumn();
                case SOME -> {
                    if (request.view().shows(cursor.oid())) {
                        return true;
                    }
                    more = cursor.step();
                }
            }
        }
        return false;
    }

    private void enter(Column<R> column) {
        known = column;
        OID object = new OID(root).append(column.id());
        share = request.narrow() && column.wide()
                ? View.Share.NONE
                : request.view().below(object);
        prefix.truncate(0);
        prefix.arc(object.get(0) * 40 + object.get(1)); // X.690, 8.19.4
        for (int i = 2; i < object.size(); i++) {
            prefix.arc(object.get(i));
        }
    }

    /** Writes the variable binding of the current instance. */
    void write(BerBuffer to) {
        int binding = to.begin(BER.SEQUENCE);
        int name = to.begin(BER.OID);
        prefix.writeTo(to);
        cursor.encodeIndex(to);
        to.end(name);
        cursor.encodeValue(to);
        to.end(binding);
        cursor.mark();
    }

    /** Returns the object id of the instance that was written last. */
    OID lastOid() {
        return cursor.markedOid();
    }
}
