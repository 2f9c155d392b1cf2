package io.tcpprobe.agent.snmp.model;

import io.tcpprobe.agent.snmp.objects.SocketRows;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import org.jspecify.annotations.Nullable;

/** Parses an index of tcpConnTable or tcpConnectionTable: the inverse of {@link SocketRows#index}. */
public final class ConnectionIndex {
    private static final int MAX_PORT = 65535;
    private static final int MAX_BYTE = 255;

    private final int[] arcs;
    private int at;
    private boolean wrong;

    private ConnectionIndex(int[] arcs, int from) {
        this.arcs = arcs;
        this.at = from;
    }

    /** Returns the endpoints that an index names; null if no connection can have it, or the table has no connections. */
    public static @Nullable SocketEndpoints read(SocketOrder order, int[] arcs, int from) {
        ConnectionIndex index = new ConnectionIndex(arcs, from);
        byte[] local = index.address(order);
        int localPort = index.next(MAX_PORT);
        byte[] remote = index.address(order);
        int remotePort = index.next(MAX_PORT);
        if (index.wrong || index.at != arcs.length) {
            return null;
        }
        return SocketEndpoints.of(local, localPort, remote, remotePort);
    }

    private byte[] address(SocketOrder order) {
        AddressType type = switch (order) {
            case IPV4 -> AddressType.IPV4;
            case CONNECTIONS -> typed();
            case LISTENERS -> AddressType.UNKNOWN;
        };
        wrong |= type == AddressType.UNKNOWN;
        byte[] address = new byte[type.bytes()];
        for (int i = 0; i < address.length; i++) {
            address[i] = (byte) next(MAX_BYTE);
        }
        return address;
    }

    private AddressType typed() {
        AddressType type = AddressType.of(next(MAX_BYTE));
        wrong |= next(MAX_BYTE) != type.bytes();
        return type;
    }

    private int next(int max) {
        int arc = at < arcs.length ? arcs[at] : -1;
        at++;
        wrong |= arc < 0 || arc > max; // 2^31 or more is negative here
        return arc;
    }
}
