package io.tcpprobe.agent.http.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The connections, by where they come from. Used by the server's thread only. */
final class Sources {
    private static final int PREFIX_BYTES = 8;

    private final Map<Object, Set<HttpConnection>> bySource = new HashMap<>();
    private int size;

    /** Where a client comes from: its address, or the first half of it with IPv6, where a host has many. */
    static Object of(InetAddress address) {
        return address instanceof Inet6Address six
                ? Arrays.hashCode(Arrays.copyOf(six.getAddress(), PREFIX_BYTES)) + "/64"
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
     * Connections to close for the sake of new ones: of the source that has most, those that have waited longest for their
     * client. One whose request is being worked on is none of them.
     */
    List<HttpConnection> longestWaiting(int most) {
        return bySource.values().stream()
                .max(Comparator.comparingInt(Set::size))
                .map(largest -> largest.stream()
                        .filter(one -> one.phase() != HttpConnection.Phase.WORKING)
                        .sorted(Comparator.comparingInt(Sources::rank).thenComparingLong(HttpConnection::since))
                        .limit(most)
                        .toList())
                .orElse(List.of());
    }

    /** What is waited for, what matters least first. */
    private static int rank(HttpConnection connection) {
        return switch (connection.phase()) {
            case LINGERING -> 0;
            case READING -> 1;
            case WRITING -> 2;
            case WORKING -> 3;
        };
    }

    /** The connection that holds most bytes of requests, of the source that holds most; of those that may be closed. */
    List<HttpConnection> largestHolding() {
        return bySource.values().stream()
                .max(Comparator.comparingLong(same -> same.stream()
                        .filter(Sources::mayMakeRoom)
                        .mapToLong(HttpConnection::heldBytes)
                        .sum()))
                .flatMap(same -> same.stream()
                        .filter(Sources::mayMakeRoom)
                        .max(Comparator.comparingInt(HttpConnection::heldBytes)))
                .stream()
                .toList();
    }

    private static boolean mayMakeRoom(HttpConnection connection) {
        return connection.phase() != HttpConnection.Phase.WORKING && connection.heldBytes() > 0;
    }
}
