package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.OptionalInt;

/** Reads both ends of a socket out of its message of inet_diag, whatever its state. */
final class SocketMessage {
    private static final int V4_MAPPED = 0xffff;
    private static final int ADDRESS_BYTES = 16;
    private static final int DROPS = 32; // sk_meminfo

    private SocketMessage() {}

    /**
     * Reads both ends.
     *
     * @param ends gets them, {@link SocketEndpoints#SIZE} bytes
     */
    static void readEnds(MemorySegment message, long at, int length, byte[] ends) {
        Arrays.fill(ends, (byte) 0);
        boolean listens = FlowMessage.state(message, at) == TcpState.LISTEN.kernel();
        boolean ipv6 = message.get(ValueLayout.JAVA_BYTE, at + InetDiagMsg.FAMILY) == SockDiag.IPV6;
        copyPort(message, at + InetDiagMsg.SPORT, ends, SocketEndpoints.LOCAL);
        if (listens && ipv6 && anyAddress(message, at + InetDiagMsg.SRC) && !ipv6Only(message, at, length)) {
            return; // both ends of type unknown, RFC 4022
        }
        int zone = message.get(InetDiagMsg.INT, at + InetDiagMsg.INTERFACE);
        AddressType local = copyAddress(message, at + InetDiagMsg.SRC, ipv6, zone, ends, SocketEndpoints.LOCAL);
        if (listens) {
            ends[SocketEndpoints.REMOTE] = (byte) local.number();
        } else {
            copyAddress(message, at + InetDiagMsg.DST, ipv6, zone, ends, SocketEndpoints.REMOTE);
            copyPort(message, at + InetDiagMsg.DPORT, ends, SocketEndpoints.REMOTE);
        }
    }

    private static void copyPort(MemorySegment message, long from, byte[] ends, int end) {
        MemorySegment.copy(message, ValueLayout.JAVA_BYTE, from, ends, end + SocketEndpoints.PORT, Short.BYTES);
    }

    private static AddressType copyAddress(
            MemorySegment message, long from, boolean ipv6, int zone, byte[] ends, int end) {
        AddressType type = type(message, from, ipv6, zone);
        boolean mapped = ipv6 && type == AddressType.IPV4;
        int bytes = Math.min(type.bytes(), ADDRESS_BYTES);
        int to = end + SocketEndpoints.ADDRESS;
        MemorySegment.copy(message, ValueLayout.JAVA_BYTE, mapped ? from + 12 : from, ends, to, bytes);
        if (type == AddressType.IPV6Z) {
            for (int i = 0; i < Integer.BYTES; i++) {
                ends[end + SocketEndpoints.ZONE + i] = (byte) (zone >>> 24 - 8 * i);
            }
        }
        ends[end] = (byte) type.number();
        return type;
    }

    /** What an address counts as: a v4-mapped one as ipv4, a link-local one as ipv6z if its interface is known. */
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

    /** Whether IPV6_V6ONLY is set: INET_DIAG_SKV6ONLY, a byte, comes with every IPv6 listener. */
    private static boolean ipv6Only(MemorySegment message, long at, int length) {
        long value = attribute(message, at, length, InetDiagMsg.SKV6ONLY, 1);
        return value != 0 && message.get(ValueLayout.JAVA_BYTE, value) != 0;
    }

    /** What the socket has dropped: the last word of INET_DIAG_SKMEMINFO; empty if that is not there. */
    static OptionalInt drops(MemorySegment message, long at, int length) {
        long value = attribute(message, at, length, InetDiagMsg.SKMEMINFO, DROPS + Integer.BYTES);
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(message.get(InetDiagMsg.INT, value + DROPS));
    }

    /** Where the value of an attribute begins; 0 if it is not there, or shorter. */
    private static long attribute(MemorySegment message, long at, int length, int wanted, int least) {
        long end = at + length;
        long attribute = at + InetDiagMsg.ATTRIBUTES;
        while (end - attribute > InetDiagMsg.RTATTR_HEADER) {
            int bytes = InetDiagMsg.unsigned(message, InetDiagMsg.SHORT, attribute);
            if (bytes < InetDiagMsg.RTATTR_HEADER || bytes > end - attribute) {
                return 0; // no attribute: what follows cannot be told
            }
            int type = InetDiagMsg.unsigned(message, InetDiagMsg.SHORT, attribute + 2);
            if (type == wanted && bytes >= InetDiagMsg.RTATTR_HEADER + least) {
                return attribute + InetDiagMsg.RTATTR_HEADER;
            }
            attribute += InetDiagMsg.align(bytes);
        }
        return 0;
    }
}
