package io.tcpprobe.agent.http.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The connections, grouped by their source. Used by the server's thread only. */
final class Sources {
    /**
     * The first 64 bits of an IPv6 address. A client can freely choose the last 64 bits (RFC 4291, 2.5.4), so all addresses of a
     * /64 are one source. A site with a larger assignment, a /56 or /48 (RFC 6177), counts as several.
     */
    private record Network(long prefix) {}

    private final Map<Object, Set<HttpConnection>> bySource = new HashMap<>();
    private int size;

    /** Returns a client's source: its IPv4 address, or the /64 network of its IPv6 address. */
    static Object of(InetAddress address) {
        return address instanceof Inet6Address six
                ? new Network(ByteBuffer.wrap(six.getAddress()).getLong())
                : address;
    }

    private static Object of(HttpConnection connection) {
        return of(connection.remote().getAddress());
    }

    void add(HttpConnection connection) {
        if (bySource.computeIfAbsent(of(connection), _ -> new LinkedHashSet<>()).add(connection)) {
            size++;
        }
    }

    void remove(HttpConnection connection) {
        Set<HttpConnection> same = bySource.get(of(connection));
        if (same != null && same.remove(connection)) {
            size--;
            if (same.isEmpty()) {
                bySource.remove(of(connection));
            }
        }
    }

    int size() {
        return size;
    }

    List<HttpConnection> all() {
        return bySource.values().stream().flatMap(Collection::stream).toList();
    }

    /**
     * Returns connections to close for new ones: those that have waited longest for their client, of the largest source that has
     * any. A connection whose request is being processed, or answered by a stream, is not closed, but counts for its source.
     */
    List<HttpConnection> longestWaiting(int max) {
        return bySource.values().stream()
                .filter(same -> same.stream().anyMatch(Sources::isWaiting))
                .max(Comparator.comparingInt(Set::size))
                .map(largest -> largest.stream()
                        .filter(Sources::isWaiting)
                        .sorted(Comparator.comparingInt(Sources::rank).thenComparingLong(HttpConnection::since))
                        .limit(max)
                        .toList())
                .orElse(List.of());
    }

    private static boolean isWaiting(HttpConnection connection) {
        return switch (connection.phase()) {
            case READING, WRITING, LINGERING -> true;
            case WORKING, STREAMING -> false;
        };
    }

    /** Returns the rank of a phase: connections of lower rank are closed first. */
    private static int rank(HttpConnection connection) {
        return switch (connection.phase()) {
            case LINGERING -> 0;
            case READING -> 1;
            case WRITING -> 2;
            case WORKING, STREAMING -> 3;
        };
    }

    /** Returns the connection that holds most bytes of requests, of the source that holds most; only those that may be closed. */
    List<HttpConnection> largestHolding() {
        return bySource.values().stream()
                .max(Comparator.comparingLong(same -> same.stream()
                        .filter(Sources::isEvictable)
                        .mapToLong(HttpConnection::heldBytes)
                        .sum()))
                .flatMap(same -> same.stream()
                        .filter(Sources::isEvictable)
                        .max(Comparator.comparingInt(HttpConnection::heldBytes)))
                .stream()
                .toList();
    }

    private static boolean isEvictable(HttpConnection connection) {
        return isWaiting(connection) && connection.heldBytes() > 0;
    }
}
