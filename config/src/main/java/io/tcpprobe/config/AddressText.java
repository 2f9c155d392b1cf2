package io.tcpprobe.config;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.StringJoiner;

/** Formats IP addresses as text; IPv6 in the canonical form of RFC 5952. */
public final class AddressText {
    private static final int GROUPS = 8;
    private static final int V4_MAPPED = 0xffff;

    private AddressText() {}

    /**
     * Formats an address.
     *
     * @param address 4 bytes, 16 bytes, or 16 bytes and a zone index of 4 (RFC 4001); any other length is formatted as "?"
     */
    public static String of(byte[] address) {
        return switch (address.length) {
            case 4 -> ipv4(address);
            case 16 -> ipv6(address);
            case 20 ->
                ipv6(address) + "%"
                        + Integer.toUnsignedString(ByteBuffer.wrap(address).getInt(16));
            default -> "?";
        };
    }

    /** Formats an address and a port: "127.0.0.1:80", "[::1]:80". */
    public static String of(byte[] address, long port) {
        return (address.length == 4 ? of(address) : "[" + of(address) + "]") + ":" + port;
    }

    /** Formats a resolved socket address: "127.0.0.1:80", "[::1]:80", "[fe80::1%2]:80". */
    public static String of(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        if (address.getAddress() instanceof Inet6Address zoned && zoned.getScopeId() != 0) {
            bytes = ByteBuffer.allocate(20)
                    .put(bytes)
                    .putInt(zoned.getScopeId())
                    .array();
        }
        return of(bytes, address.getPort());
    }

    private static String ipv4(byte[] address) {
        StringBuilder text = new StringBuilder("255.255.255.255".length());
        for (byte part : address) {
            text.append(text.isEmpty() ? "" : ".").append(Byte.toUnsignedInt(part));
        }
        return text.toString();
    }

    private static String ipv6(byte[] address) {
        ByteBuffer groups = ByteBuffer.wrap(address);
        if (groups.getLong(0) == 0 && groups.getInt(8) == V4_MAPPED) {
            return "::ffff:" + ipv4(Arrays.copyOfRange(address, 12, 16)); // RFC 5952, section 5
        }
        int bestStart = -1;
        int bestLength = 1; // a single zero group is not shortened
        for (int start = 0; start < GROUPS; start++) {
            int length = 0;
            while (start + length < GROUPS && groups.getShort((start + length) * 2) == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = start;
                bestLength = length;
            }
        }
        if (bestStart < 0) {
            return hex(groups, 0, GROUPS);
        }
        return hex(groups, 0, bestStart) + "::" + hex(groups, bestStart + bestLength, GROUPS);
    }

    private static String hex(ByteBuffer groups, int from, int to) {
        StringJoiner text = new StringJoiner(":");
        for (int group = from; group < to; group++) {
            text.add(Integer.toHexString(Short.toUnsignedInt(groups.getShort(group * 2))));
        }
        return text.toString();
    }
}
