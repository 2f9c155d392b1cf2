package io.tcpprobe.agent.parts;

import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Sockets that a test makes up. Their cookies are 1, 2, 3 in the order in which they are added. */
public final class Sockets {
    private final SocketColumns.Builder builder = new SocketColumns.Builder(0);
    private int added;

    /** A connection: "10.0.0.1", "2001:db8::1", "fe80::1%2". */
    public Sockets connection(TcpState state, String local, int localPort, String remote, int remotePort) {
        return add(state, local, localPort, remote, remotePort, 0);
    }

    /** A listener; "*" is one of both families. */
    public Sockets listener(String local, int port) {
        return listener(local, port, 0);
    }

    /** A listener with so many connections that wait to be accepted. */
    public Sockets listener(String local, int port, int waiting) {
        String remote = local.contains(":") ? "::" : local.equals("*") ? "*" : "0.0.0.0";
        return add(TcpState.LISTEN, local, port, remote, 0, waiting);
    }

    private Sockets add(TcpState state, String local, int localPort, String remote, int remotePort, int receiveQueue) {
        byte[] ends = new byte[SocketEndpoints.SIZE];
        put(ends, SocketEndpoints.LOCAL, local, localPort);
        put(ends, SocketEndpoints.REMOTE, remote, remotePort);
        added++;
        builder.add(ends, state.kernel(), 0, added, receiveQueue, 0);
        return this;
    }

    private static void put(byte[] ends, int end, String address, int port) {
        ByteBuffer bytes = ByteBuffer.wrap(ends);
        bytes.putShort(end + SocketEndpoints.PORT, (short) port);
        if (address.equals("*")) {
            return;
        }
        String[] parts = address.split("%", -1);
        byte[] octets = InetAddress.ofLiteral(parts[0]).getAddress();
        boolean zoned = parts.length > 1;
        AddressType type = octets.length == 4 ? AddressType.IPV4 : zoned ? AddressType.IPV6Z : AddressType.IPV6;
        bytes.put(end, (byte) type.number()).put(end + SocketEndpoints.ADDRESS, octets);
        if (zoned) {
            bytes.putInt(end + SocketEndpoints.ZONE, Integer.parseUnsignedInt(parts[1]));
        }
    }

    /** All of them. */
    public SocketColumns columns() {
        return builder.build();
    }

    /** A snapshot of them, owned by nobody. */
    public SocketSnapshot snapshot() {
        return new SocketSnapshot(columns(), 0, SocketSnapshot.NO_OWNERS);
    }
}
