package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.snmp.model.TableRows;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;

/**
 * The sockets of a snapshot as rows of one of TCP-MIB's tables.
 *
 * @param snapshot the sockets
 * @param order which sockets the table has, and their order
 * @param places their positions in the snapshot, in this order
 */
public record SocketRows(SocketSnapshot snapshot, SocketOrder order, int[] places) implements TableRows {
    private static final int IPV4_BYTES = 4;

    static SocketRows of(SocketSnapshot snapshot, SocketOrder order) {
        return new SocketRows(snapshot, order, snapshot.rows(order));
    }

    @Override
    public int size() {
        return places.length;
    }

    @Override
    public int index(int row, int[] arcs) {
        SocketColumns sockets = snapshot.sockets();
        int place = places[row];
        return switch (order) {
            case IPV4 -> {
                int at = ipv4(sockets, place, SocketEndpoints.LOCAL, arcs, 0);
                yield ipv4(sockets, place, SocketEndpoints.REMOTE, arcs, at);
            }
            case CONNECTIONS -> {
                int at = end(sockets, place, SocketEndpoints.LOCAL, arcs, 0);
                yield end(sockets, place, SocketEndpoints.REMOTE, arcs, at);
            }
            case LISTENERS -> end(sockets, place, SocketEndpoints.LOCAL, arcs, 0);
        };
    }

    /** Writes IpAddress and port (RFC 2012): five sub-identifiers. */
    private static int ipv4(SocketColumns sockets, int place, int end, int[] arcs, int from) {
        for (int i = 0; i < IPV4_BYTES; i++) {
            arcs[from + i] = sockets.end(place, end + SocketEndpoints.ADDRESS + i);
        }
        arcs[from + IPV4_BYTES] = port(sockets, place, end);
        return from + IPV4_BYTES + 1;
    }

    /** Writes InetAddressType, length and bytes of the InetAddress, and port (RFC 4022). */
    private static int end(SocketColumns sockets, int place, int end, int[] arcs, int from) {
        int type = sockets.end(place, end);
        int length = AddressType.of(type).bytes();
        int at = from;
        arcs[at++] = type;
        arcs[at++] = length;
        for (int i = 0; i < length; i++) {
            arcs[at++] = sockets.end(place, end + SocketEndpoints.ADDRESS + i); // a zone index follows the address
        }
        arcs[at++] = port(sockets, place, end);
        return at;
    }

    private static int port(SocketColumns sockets, int place, int end) {
        return sockets.end(place, end + SocketEndpoints.PORT) << Byte.SIZE
                | sockets.end(place, end + SocketEndpoints.PORT + 1);
    }

    TcpState state(int row) {
        return snapshot.sockets().state(places[row]);
    }

    /** Returns the process id, as Unsigned32; 0 if it is unknown. */
    long process(int row) {
        return snapshot.process(places[row]);
    }

    long localPort(int row) {
        return port(snapshot.sockets(), places[row], SocketEndpoints.LOCAL);
    }

    long remotePort(int row) {
        return port(snapshot.sockets(), places[row], SocketEndpoints.REMOTE);
    }

    byte[] localIpv4(int row) {
        return ipv4(row, SocketEndpoints.LOCAL);
    }

    byte[] remoteIpv4(int row) {
        return ipv4(row, SocketEndpoints.REMOTE);
    }

    private byte[] ipv4(int row, int end) {
        byte[] address = new byte[IPV4_BYTES];
        for (int i = 0; i < IPV4_BYTES; i++) {
            address[i] = (byte) snapshot.sockets().end(places[row], end + SocketEndpoints.ADDRESS + i);
        }
        return address;
    }
}
