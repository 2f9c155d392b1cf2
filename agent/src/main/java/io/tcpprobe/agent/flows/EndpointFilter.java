package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Selects flows by one of their endpoints: an address, a port, or both.
 *
 * @param address 4 or 16 bytes, or 16 and a zone index of 4; null for any
 * @param port the port, or -1 for any
 */
public record EndpointFilter(byte @Nullable [] address, int port) {
    private static final int ANY = -1;

    /** Groups: 1 address in brackets, 2 its port; 3 address without brackets, 4 its port; 5 address without port. */
    private static final Pattern TEXT =
            Pattern.compile("\\[([^\\]]+)\\](?::(\\d{1,5}))?|([^:\\[\\]]*):(\\d{1,5})|([^\\[\\]]+)");

    /**
     * Parses "10.0.0.1:80", "[::1]:80", "10.0.0.1", "::1" or ":80". Does not resolve names.
     *
     * @throws IllegalArgumentException if the text has none of these forms
     */
    public static EndpointFilter parse(String text) {
        Matcher match = TEXT.matcher(text.strip());
        if (!match.matches()) {
            throw wrong(text);
        }
        String host = either(match, either(match, match.group(1), 3), 5);
        String port = either(match, match.group(2), 4);
        int number = port == null ? ANY : Integer.parseInt(port);
        if (number > 65535) {
            throw wrong(text);
        }
        try {
            return new EndpointFilter(
                    host == null || host.isEmpty() ? null : bytes(InetAddress.ofLiteral(host)), number);
        } catch (IllegalArgumentException _) {
            throw wrong(text);
        }
    }

    /** Returns the bytes of an address; a zone index follows them (RFC 4001). */
    private static byte[] bytes(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address zoned && zoned.getScopeId() != 0
                ? ByteBuffer.allocate(bytes.length + Integer.BYTES)
                        .put(bytes)
                        .putInt(zoned.getScopeId())
                        .array()
                : bytes;
    }

    /** Returns true if it has both an address and a port. */
    public boolean whole() {
        return address != null && port != ANY;
    }

    /** Returns its address; empty if it has none. */
    public byte[] wholeAddress() {
        return address == null ? new byte[0] : address.clone();
    }

    private static @Nullable String either(Matcher match, @Nullable String former, int group) {
        return former != null ? former : match.group(group);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "find '" + text
                        + "': not an endpoint; use ADDRESS:PORT, ADDRESS or :PORT, with brackets around an IPv6 address that has a port");
    }

    /** Returns true if either endpoint of a flow matches. */
    public boolean matches(Flow flow) {
        return matches(flow.snapshot().flows().at(flow.index()));
    }

    /** Returns true if either endpoint of a flow matches. */
    public boolean matches(FlowValues flow) {
        return matches(flow, FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE, FlowField.LOCAL_PORT)
                || matches(flow, FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, FlowField.REMOTE_PORT);
    }

    private boolean matches(FlowValues flow, FlowField addressField, FlowField typeField, FlowField portField) {
        if (port != ANY && flow.number(portField) != port) {
            return false;
        }
        if (address == null) {
            return true;
        }
        byte[] own = flow.address(addressField, typeField);
        return own.length >= address.length // a zone index may follow, RFC 4001
                && (own.length == 4) == (address.length == 4)
                && Arrays.equals(own, 0, address.length, address, 0, address.length);
    }
}
