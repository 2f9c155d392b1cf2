package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.AddressText;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Both endpoints of a TCP socket, as bytes that sort like the indexes of TCP-MIB: unsigned and from left to right. An address
 * shorter than 16 bytes is padded with zeros. The remote endpoint of a listener is all zeros.
 *
 * <pre>
 *    0  u8    type of the local address: InetAddressType, RFC 4001
 *    1  u8[16] local address, in network order
 *   17  u32   its zone index, if the type is ipv6z; in network order
 *   21  u16   local port, in network order
 *   23        the same for the remote endpoint
 *   46
 * </pre>
 *
 * <p>The type is ipv4 for IPv6 sockets that use IPv4 by v4-mapped addresses, and unknown for a listener that accepts both IPv4
 * and IPv6 at any address (RFC 4022, tcpListenerLocalAddressType).
 */
public final class SocketEndpoints {
    /** Size of both endpoints in bytes. */
    public static final int SIZE = 46;

    /** Offset of the local endpoint. */
    public static final int LOCAL = 0;

    /** Offset of the remote endpoint. */
    public static final int REMOTE = 23;

    /** Offset of the address in its endpoint. */
    public static final int ADDRESS = 1;

    /** Offset of the zone index in its endpoint. */
    public static final int ZONE = 17;

    /** Offset of the port in its endpoint. */
    public static final int PORT = 21;

    private final byte[] bytes;

    private SocketEndpoints(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns the endpoints in these bytes, which are copied. */
    public static SocketEndpoints at(byte[] bytes, int from) {
        return new SocketEndpoints(Arrays.copyOfRange(bytes, from, from + SIZE));
    }

    /**
     * Returns the endpoints of a connection. An address has 4 bytes, 16 bytes, or 16 bytes and a zone index of 4 (RFC 4001).
     * The zone index of an address that is not link-local is dropped, as in the kernel's messages.
     *
     * @throws IllegalArgumentException if an address has another length
     */
    public static SocketEndpoints of(byte[] localAddress, int localPort, byte[] remoteAddress, int remotePort) {
        byte[] bytes = new byte[SIZE];
        put(bytes, LOCAL, localAddress, localPort);
        put(bytes, REMOTE, remoteAddress, remotePort);
        return new SocketEndpoints(bytes);
    }

    private static void put(byte[] bytes, int end, byte[] address, int port) {
        AddressType type = typeOf(address);
        bytes[end] = (byte) type.number();
        System.arraycopy(address, 0, bytes, end + ADDRESS, type.bytes());
        bytes[end + PORT] = (byte) (port >>> 8);
        bytes[end + PORT + 1] = (byte) port;
    }

    private static AddressType typeOf(byte[] address) {
        return switch (address.length) {
            case 4 -> AddressType.IPV4;
            case 16 -> AddressType.IPV6;
            case 20 -> linkLocal(address) && zone(address) != 0 ? AddressType.IPV6Z : AddressType.IPV6;
            default -> throw new IllegalArgumentException("an address has 4, 16 or 20 bytes, not " + address.length);
        };
    }

    private static boolean linkLocal(byte[] address) {
        return address[0] == (byte) 0xfe && (address[1] & 0xc0) == 0x80;
    }

    private static int zone(byte[] address) {
        return ByteBuffer.wrap(address).getInt(16);
    }

    /** Returns true if these bytes are the same endpoints. */
    public boolean matches(byte[] other, int from) {
        return Arrays.equals(bytes, 0, SIZE, other, from, from + SIZE);
    }

    /** Returns the local port. */
    public int localPort() {
        return port(LOCAL);
    }

    /** Returns the remote port; 0 for a listener. */
    public int remotePort() {
        return port(REMOTE);
    }

    private int port(int end) {
        return Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(end + PORT));
    }

    /** Returns the local endpoint: "10.0.0.1:80", "[fe80::1%2]:80". */
    public String local() {
        return text(LOCAL);
    }

    /** Returns the remote endpoint. */
    public String remote() {
        return text(REMOTE);
    }

    private String text(int end) {
        int length = AddressType.of(bytes[end]).bytes();
        byte[] address = Arrays.copyOfRange(bytes, end + ADDRESS, end + ADDRESS + length);
        return length == 0 ? "*:" + port(end) : AddressText.of(address, port(end));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SocketEndpoints that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Returns both endpoints: "10.0.0.1:80 - 10.0.0.2:4711". */
    @Override
    public String toString() {
        return local() + " - " + remote();
    }
}
