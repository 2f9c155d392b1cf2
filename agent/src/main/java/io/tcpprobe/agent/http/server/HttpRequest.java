package io.tcpprobe.agent.http.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A complete request.
 *
 * @param method as sent: "GET"; methods are case-sensitive
 * @param path the decoded path of the target: "/jolokia/version", or "*"
 * @param query the part of the target after "?", as sent; "" if there is none
 * @param headers the values of each field, by its name in lower case
 * @param keepAlive true if the client can send another request on the connection
 * @param body the content, without any transfer coding
 * @param remote the client's address
 * @param local the address that the client connected to
 */
public record HttpRequest(
        String method,
        String path,
        String query,
        Map<String, List<String>> headers,
        boolean keepAlive,
        byte[] body,
        InetSocketAddress remote,
        InetSocketAddress local) {

    /** Returns the first value of a field; empty if there is none. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    /** Returns the source of the request, for shares: equal for all connections of one client. */
    public Object client() {
        return Sources.of(remote.getAddress());
    }
}
