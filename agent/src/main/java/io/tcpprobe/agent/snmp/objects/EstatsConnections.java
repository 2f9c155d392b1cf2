package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.estats.LiveAndEndedFlows;
import io.tcpprobe.agent.estats.LiveAndEndedFlowsSupplier;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.agent.snmp.model.NumberType;
import io.tcpprobe.agent.snmp.model.Table;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.mibs.EstatsTable;
import java.util.List;
import org.snmp4j.smi.OID;

/** tcpEStatsConnectIdTable: maps a connection's addresses to the flow's id; indexed as tcpConnectionTable. */
public final class EstatsConnections implements Table<EstatsConnections.Rows> {
    /**
     * Flows in the order of their addresses.
     *
     * @param flows the flows
     * @param ends their endpoints, in the same order
     */
    record Rows(LiveAndEndedFlows flows, SocketRows ends) implements EndpointRows {
        long id(int row) {
            return flows.id(place(row));
        }
    }

    /** tcpEStatsConnectIndex. */
    static final int CONNECT_INDEX = 1;

    private final LiveAndEndedFlowsSupplier flows;
    private final OID root = new OID(EstatsTable.CONNECT_ID.entry().toArray());
    private final List<Column<Rows>> columns =
            List.of(Column.number(CONNECT_INDEX, NumberType.GAUGE32, (rows, row) -> rows.id(row)));

    public EstatsConnections(LiveAndEndedFlowsSupplier flows) {
        this.flows = flows;
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
        LiveAndEndedFlows known = flows.current();
        return new Rows(known, SocketRows.of(known.ends(), SocketOrder.CONNECTIONS));
    }

    @Override
    public boolean ready() {
        return flows.ready() && flows.current().inOrder();
    }
}
