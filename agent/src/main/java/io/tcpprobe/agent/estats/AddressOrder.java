package io.tcpprobe.agent.estats;

import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;

/** The endpoints of flows in the order of tcpConnectionTable's index. */
final class AddressOrder {
    /** Set in the cookie of an ended connection, which then counts as younger: a live one with the same endpoints takes the row. */
    private static final long ENDED = Long.MIN_VALUE;

    private AddressOrder() {}

    /** Returns the endpoints of the flows, at the same indexes. */
    static SocketSnapshot of(LiveAndEndedFlows flows) {
        SocketColumns.Builder sockets = new SocketColumns.Builder(flows.size());
        for (int place = 0; place < flows.size(); place++) {
            FlowColumns columns = flows.columns(place);
            int row = flows.row(place);
            long cookie = columns.number(FlowField.COOKIE, row);
            sockets.add(
                    ends(columns, row),
                    TcpState.ESTABLISHED.kernel(),
                    0,
                    flows.hasEnded(place) ? cookie | ENDED : cookie,
                    0,
                    0);
        }
        SocketSnapshot sorted = new SocketSnapshot(sockets.build(), 0, SocketSnapshot.NO_OWNERS);
        sorted.rows(SocketOrder.CONNECTIONS);
        return sorted;
    }

    private static byte[] ends(FlowColumns columns, int row) {
        byte[] ends = new byte[SocketEndpoints.SIZE];
        put(
                ends,
                SocketEndpoints.LOCAL,
                columns,
                row,
                FlowField.LOCAL_ADDRESS,
                FlowField.LOCAL_ADDRESS_TYPE,
                FlowField.LOCAL_PORT);
        put(
                ends,
                SocketEndpoints.REMOTE,
                columns,
                row,
                FlowField.REMOTE_ADDRESS,
                FlowField.REMOTE_ADDRESS_TYPE,
                FlowField.REMOTE_PORT);
        return ends;
    }

    private static void put(
            byte[] ends, int end, FlowColumns columns, int row, FlowField address, FlowField type, FlowField port) {
        byte[] octets = columns.address(address, type, row);
        int number = (int) columns.number(port, row);
        ends[end] = (byte) columns.number(type, row);
        System.arraycopy(
                octets, 0, ends, end + SocketEndpoints.ADDRESS, octets.length); // a zone index follows the address
        ends[end + SocketEndpoints.PORT] = (byte) (number >>> Byte.SIZE);
        ends[end + SocketEndpoints.PORT + 1] = (byte) number;
    }
}
