package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.OctetType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.mibs.TcpMibTable;
import java.util.List;
import org.snmp4j.smi.OID;

/** The tables of TCP-MIB, read from the snapshot of all sockets. */
public final class SocketTable implements Table<SocketRows> {
    /** Every socket has a process id, or 0; the search for it may be slow. */
    private static final Column.Presence<SocketRows> PROCESS = new Column.Presence<>() {
        @Override
        public boolean has(SocketRows rows, int row) {
            return true;
        }

        @Override
        public boolean ready(SocketRows rows) {
            return rows.snapshot().processesReady();
        }
    };

    private final SocketSnapshotCache sockets;
    private final SocketOrder order;
    private final OID root;
    private final List<Column<SocketRows>> columns;

    private SocketTable(
            SocketSnapshotCache sockets, SocketOrder order, TcpMibTable table, List<Column<SocketRows>> columns) {
        this.sockets = sockets;
        this.order = order;
        this.root = new OID(table.entry().toArray());
        this.columns = columns;
    }

    /** tcpConnTable. */
    public static SocketTable conn(SocketSnapshotCache sockets) {
        return new SocketTable(
                sockets,
                SocketOrder.IPV4,
                TcpMibTable.CONN,
                List.of(
                        Column.number(TcpMibTable.CONN_STATE, NumberType.INTEGER32, SocketTable::state),
                        Column.octets(TcpMibTable.CONN_LOCAL_ADDRESS, OctetType.IP_ADDRESS, SocketRows::localIpv4),
                        Column.number(TcpMibTable.CONN_LOCAL_PORT, NumberType.INTEGER32, SocketRows::localPort),
                        Column.octets(TcpMibTable.CONN_REMOTE_ADDRESS, OctetType.IP_ADDRESS, SocketRows::remoteIpv4),
                        Column.number(TcpMibTable.CONN_REMOTE_PORT, NumberType.INTEGER32, SocketRows::remotePort)));
    }

    /** tcpConnectionTable. */
    public static SocketTable connection(SocketSnapshotCache sockets) {
        return new SocketTable(
                sockets,
                SocketOrder.CONNECTIONS,
                TcpMibTable.CONNECTION,
                List.of(
                        Column.number(TcpMibTable.CONNECTION_STATE, NumberType.INTEGER32, SocketTable::state),
                        process(TcpMibTable.CONNECTION_PROCESS)));
    }

    /** tcpListenerTable. */
    public static SocketTable listener(SocketSnapshotCache sockets) {
        return new SocketTable(
                sockets, SocketOrder.LISTENERS, TcpMibTable.LISTENER, List.of(process(TcpMibTable.LISTENER_PROCESS)));
    }

    private static Column<SocketRows> process(int column) {
        return Column.number(column, NumberType.GAUGE32, SocketRows::process).where(PROCESS);
    }

    SocketOrder order() {
        return order;
    }

    private static long state(SocketRows rows, int row) {
        return rows.state(row).mib();
    }

    @Override
    public OID root() {
        return root;
    }

    @Override
    public List<Column<SocketRows>> columns() {
        return columns;
    }

    @Override
    public SocketRows rows() {
        return SocketRows.of(sockets.current(order), order);
    }

    @Override
    public boolean ready() {
        return sockets.ready(order);
    }
}
