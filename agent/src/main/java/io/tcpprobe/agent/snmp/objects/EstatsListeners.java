package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.Scalars;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.mibs.EstatsColumn;
import io.tcpprobe.mibs.EstatsTable;
import java.util.List;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.TimeTicks;

/** tcpEStatsListenerTable, indexed as tcpListenerTable, and tcpEStatsListenerTableLastChange. */
public final class EstatsListeners implements Table<EstatsListeners.Rows> {
    /** Listeners in the order of their addresses. */
    record Rows(ListenerTracker.Listeners listeners, SocketRows ends) implements EndpointRows {
        private SocketColumns sockets() {
            return listeners.snapshot().sockets();
        }
    }

    private static final OID LAST_CHANGE = new OID(EstatsTable.LISTENERS_CHANGED.toArray());

    private final ListenerTracker watch;
    private final OID root = new OID(EstatsTable.LISTENER.entry().toArray());
    private final List<Column<Rows>> columns = EstatsTable.LISTENER.columns().stream()
            .filter(EstatsColumn::available)
            .map(EstatsListeners::column)
            .toList();

    public EstatsListeners(ListenerTracker watch) {
        this.watch = watch;
    }

    private static Column<Rows> column(EstatsColumn column) {
        return switch (column.id()) {
            case 1 -> number(column, (rows, row) -> rows.listeners.since(rows.place(row)));
            case 2, 7 -> counter(column, ListenerCounter.SYNS);
            case 3, 8 -> counter(column, ListenerCounter.INITIAL);
            case 4, 9 -> counter(column, ListenerCounter.ESTABLISHED);
            case 5, 10 -> counter(column, ListenerCounter.ACCEPTED);
            case 6, 11 -> known(column, (rows, row) -> rows.listeners.dropped(rows.place(row)));
            case 12 -> number(column, (rows, row) -> rows.listeners.accepted(rows.place(row)));
            case 13 -> number(column, (rows, row) -> rows.sockets().sendQueue(rows.place(row)));
            case 14 -> number(column, (rows, row) -> rows.listeners.waiting(rows.place(row)));
            case 15 -> number(column, (rows, row) -> rows.listeners.toAccept(rows.place(row)));
            default -> throw new IllegalStateException(column.name() + " has no implementation");
        };
    }

    private static Column<Rows> counter(EstatsColumn column, ListenerCounter counter) {
        return known(column, (rows, row) -> rows.listeners.counted(rows.place(row), counter));
    }

    /** Makes a column of which rows with an unknown number have no instance. */
    private static Column<Rows> known(EstatsColumn column, Column.NumberOf<Rows> number) {
        return number(column, number).where((rows, row) -> number.get(rows, row) != ListenerTable.UNKNOWN);
    }

    private static Column<Rows> number(EstatsColumn column, Column.NumberOf<Rows> number) {
        return Column.number(column.id(), NumberType.of(column.syntax()), number);
    }

    /** Returns tcpEStatsListenerTableLastChange, in hundredths of a second. */
    public Scalars lastChange() {
        return new Scalars(LAST_CHANGE, watch::ready).add(LAST_CHANGE, () -> new TimeTicks(watch.lastChange()));
    }

    @Override
    public OID root() {
        return root;
    }

    @Override
    public List<Column<Rows>> columns() {
        return columns;
    }

    @Override
    public Rows rows() {
        ListenerTracker.Listeners listeners = watch.current();
        return new Rows(listeners, SocketRows.of(listeners.snapshot(), SocketOrder.LISTENERS));
    }

    @Override
    public boolean ready() {
        return watch.ready();
    }
}
