package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.kernel.FlowField;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An end of a flow that is looked for: an address, a port, or both.
 *
 * @param address 4 or 16 bytes, or null for any
 * @param port the port, or -1 for any
 */
record Endpoint(byte @Nullable [] address, int port) {
    private static final Pattern TEXT =
            Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]]*)):(\\d{1,5})|\\[?([^\\]]+)\\]?");

    /**
     * Reads "10.0.0.1:80", "[::1]:80", "10.0.0.1", "::1" or ":80". No name is looked up.
     *
     * @throws IllegalArgumentException if it is nothing of these
     */
    static Endpoint parse(String text) {
        Matcher match = TEXT.matcher(text.strip());
        if (!match.matches()) {
            throw wrong(text);
        }
        String port = match.group(3);
        if (port != null && Integer.parseInt(port) > 65535) {
            throw wrong(text);
        }
        String host = match.group(1) != null ? match.group(1) : match.group(port == null ? 4 : 2);
        try {
            return new Endpoint(
                    host.isEmpty() ? null : InetAddress.ofLiteral(host).getAddress(),
                    port == null ? -1 : Integer.parseInt(port));
        } catch (IllegalArgumentException _) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("find '" + text
                + "': it is no endpoint; give ADDRESS:PORT, ADDRESS or :PORT, IPv6 with port in brackets");
    }

    /** Whether either end of a flow is this one. */
    boolean matches(Flow flow) {
        return matches(flow, FlowField.LOCAL_ADDRESS, FlowField.LOCAL_PORT)
                || matches(flow, FlowField.REMOTE_ADDRESS, FlowField.REMOTE_PORT);
    }

    private boolean matches(Flow flow, FlowField addressField, FlowField portField) {
        if (port >= 0 && flow.number(portField) != port) {
            return false;
        }
        if (address == null) {
            return true;
        }
        byte[] own = flow.address(addressField);
        return own.length >= address.length // a zone index may follow, RFC 4001
                && (own.length == 4) == (address.length == 4)
                && Arrays.equals(own, 0, address.length, address, 0, address.length);
    }
}
