package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.OptionalInt;

/** Reads both endpoints of a socket from its inet_diag message, in any state. */
final class SocketMessage {
    private static final int V4_MAPPED = 0xffff;
    private static final int ADDRESS_BYTES = 16;
    private static final int DROPS = 32; // sk_meminfo

    private SocketMessage() {}

    /**
     * Reads both endpoints.
     *
     * @param endpoints receives them, {@link SocketEndpoints#SIZE} bytes
     */
    static void readEndpoints(MemorySegment message, long at, int length, byte[] endpoints) {
        Arrays.fill(endpoints, (byte) 0);
        boolean listens = FlowMessage.state(message, at) == TcpState.LISTEN.kernel();
        boolean ipv6 = message.get(ValueLayout.JAVA_BYTE, at + InetDiagMsg.FAMILY) == SockDiag.IPV6;
        copyPort(message, at + InetDiagMsg.SPORT, endpoints, SocketEndpoints.LOCAL);
        if (listens && ipv6 && anyAddress(message, at + InetDiagMsg.SRC) && !ipv6Only(message, at, length)) {
            return; // both endpoints of type unknown, RFC 4022
        }
        int zone = message.get(InetDiagMsg.INT, at + InetDiagMsg.INTERFACE);
        AddressType local = copyAddress(message, at + InetDiagMsg.SRC, ipv6, zone, endpoints, SocketEndpoints.LOCAL);
        if (listens) {
            endpoints[SocketEndpoints.REMOTE] = (byte) local.number();
        } else {
            copyAddress(message, at + InetDiagMsg.DST, ipv6, zone, endpoints, SocketEndpoints.REMOTE);
            copyPort(message, at + InetDiagMsg.DPORT, endpoints, SocketEndpoints.REMOTE);
        }
    }

    private static void copyPort(MemorySegment message, long from, byte[] endpoints, int end) {
        MemorySegment.copy(message, ValueLayout.JAVA_BYTE, from, endpoints, end + SocketEndpoints.PORT, Short.BYTES);
    }

    private static AddressType copyAddress(
            MemorySegment message, long from, boolean ipv6, int zone, byte[] endpoints, int end) {
        AddressType type = type(message, from, ipv6, zone);
        boolean mapped = ipv6 && type == AddressType.IPV4;
        int bytes = Math.min(type.bytes(), ADDRESS_BYTES);
        int to = end + SocketEndpoints.ADDRESS;
        MemorySegment.copy(message, ValueLayout.JAVA_BYTE, mapped ? from + 12 : from, endpoints, to, bytes);
        if (type == AddressType.IPV6Z) {
            for (int i = 0; i < Integer.BYTES; i++) {
                endpoints[end + SocketEndpoints.ZONE + i] = (byte) (zone >>> 24 - 8 * i);
            }
        }
        endpoints[end] = (byte) type.number();
        return type;
    }

    /** Returns the type of an address: ipv4 if it is v4-mapped, ipv6z if it is link-local and its interface is known. */
    static AddressType type(MemorySegment message, long address, boolean ipv6, int zone) {
        if (!ipv6
                || message.get(InetDiagMsg.LONG, address) == 0
                        && message.get(InetDiagMsg.NETWORK_INT, address + 8) == V4_MAPPED) {
            return AddressType.IPV4;
        }
        boolean linkLocal = (InetDiagMsg.unsigned(message, InetDiagMsg.NETWORK_SHORT, address) & 0xffc0) == 0xfe80;
        return linkLocal && zone != 0 ? AddressType.IPV6Z : AddressType.IPV6;
    }

    private static boolean anyAddress(MemorySegment message, long address) {
        return message.get(InetDiagMsg.LONG, address) == 0 && message.get(InetDiagMsg.LONG, address + Long.BYTES) == 0;
    }

    /** Returns true if IPV6_V6ONLY is set. Every IPv6 listener has INET_DIAG_SKV6ONLY, a byte. */
    private static boolean ipv6Only(MemorySegment message, long at, int length) {
        long value = attribute(message, at, length, InetDiagMsg.SKV6ONLY, 1);
        return value != 0 && message.get(ValueLayout.JAVA_BYTE, value) != 0;
    }

    /** Returns the drops of the socket, the last word of INET_DIAG_SKMEMINFO; empty if that is absent. */
    static OptionalInt drops(MemorySegment message, long at, int length) {
        long value = attribute(message, at, length, InetDiagMsg.SKMEMINFO, DROPS + Integer.BYTES);
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(message.get(InetDiagMsg.INT, value + DROPS));
    }

    /** Returns the offset of the value of an attribute; 0 if it is absent or too short. */
    private static long attribute(MemorySegment message, long at, int length, int type, int minBytes) {
        long end = at + length;
        long attribute = at + InetDiagMsg.ATTRIBUTES;
        while (end - attribute > InetDiagMsg.RTATTR_HEADER) {
            int bytes = InetDiagMsg.unsigned(message, InetDiagMsg.SHORT, attribute);
            if (bytes < InetDiagMsg.RTATTR_HEADER || bytes > end - attribute) {
                return 0; // not an attribute: the rest cannot be parsed
            }
            int found = InetDiagMsg.unsigned(message, InetDiagMsg.SHORT, attribute + 2);
            if (found == type && bytes >= InetDiagMsg.RTATTR_HEADER + minBytes) {
                return attribute + InetDiagMsg.RTATTR_HEADER;
            }
            attribute += InetDiagMsg.align(bytes);
        }
        return 0;
    }
}
