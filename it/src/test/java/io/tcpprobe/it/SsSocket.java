package io.tcpprobe.it;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A socket as {@code ss -tan} prints it, and its place in TCP-MIB.
 *
 * @param state as ss calls it
 * @param local the local endpoint as ss prints it
 * @param remote the remote endpoint
 */
record SsSocket(String state, String local, String remote) {
    /** States of tcpConnectionState, RFC 4022. */
    private static final Map<String, Integer> STATES = Map.ofEntries(
            Map.entry("UNCONN", 1),
            Map.entry("LISTEN", 2),
            Map.entry("SYN-SENT", 3),
            Map.entry("SYN-RECV", 4),
            Map.entry("ESTAB", 5),
            Map.entry("FIN-WAIT-1", 6),
            Map.entry("FIN-WAIT-2", 7),
            Map.entry("CLOSE-WAIT", 8),
            Map.entry("LAST-ACK", 9),
            Map.entry("CLOSING", 10),
            Map.entry("TIME-WAIT", 11));

    /** Returns all sockets. */
    static List<SsSocket> all(Tools place) {
        List<SsSocket> sockets = new ArrayList<>();
        place.run("ss", "-tanHO").expectSuccess().lines().forEach(line -> {
            String[] words = line.strip().split(" +", -1);
            sockets.add(new SsSocket(words[0], words[3], words[4]));
        });
        return sockets;
    }

    boolean listens() {
        return state.equals("LISTEN");
    }

    /** Returns the expected content of tcpConnTable: states by index. */
    static Map<String, String> conn(List<SsSocket> sockets) {
        Map<String, String> rows = new TreeMap<>();
        for (SsSocket socket : sockets) {
            End local = End.of(socket.local, 0);
            End remote = socket.listens() ? new End("", "0") : End.of(socket.remote, 0);
            if (local.type() <= 1) {
                rows.put(
                        local.ipv4() + "." + local.port + "." + (socket.listens() ? "0.0.0.0" : remote.ipv4()) + "."
                                + remote.port,
                        socket.stateNumber());
            }
        }
        return rows;
    }

    /** Returns the expected content of tcpConnectionTable: states by index. */
    static Map<String, String> connection(List<SsSocket> sockets, int zone) {
        Map<String, String> rows = new TreeMap<>();
        for (SsSocket socket : sockets) {
            if (!socket.listens()) {
                rows.put(
                        End.of(socket.local, zone).index() + "."
                                + End.of(socket.remote, zone).index(),
                        socket.stateNumber());
            }
        }
        return rows;
    }

    /** Returns the expected indexes of tcpListenerTable. */
    static TreeSet<String> listener(List<SsSocket> sockets, int zone) {
        return sockets.stream()
                .filter(SsSocket::listens)
                .map(socket -> End.of(socket.local, zone).index())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String stateNumber() {
        Integer number = STATES.get(state);
        if (number == null) {
            throw new AssertionError("ss has a state that the test does not know: " + this);
        }
        return Integer.toString(number);
    }

    /**
     * An endpoint.
     *
     * @param octets its address, numbers separated by dots; empty for a wildcard of both families
     */
    private record End(String octets, String port) {
        /** Parses "127.0.0.1:80", "[::ffff:127.0.0.1]:80", "[fe80::1]%link0:80", "*:80"; link-local addresses get the zone. */
        static End of(String text, int zone) {
            String port = text.substring(text.lastIndexOf(':') + 1);
            String host = text.substring(0, text.lastIndexOf(':'))
                    .replaceAll("%.*$", "")
                    .replaceAll("[\\[\\]]", "");
            if (host.equals("*")) {
                return new End("", port);
            }
            byte[] address = InetAddress.ofLiteral(host).getAddress(); // a v4-mapped address becomes IPv4
            String octets = IntStream.range(0, address.length)
                    .mapToObj(i -> Integer.toString(Byte.toUnsignedInt(address[i])))
                    .collect(Collectors.joining("."));
            return new End(octets + (octets.startsWith("254.128.") && zone != 0 ? ".0.0.0." + zone : ""), port);
        }

        int length() {
            return octets.isEmpty() ? 0 : octets.split("\\.", -1).length;
        }

        /** Returns the InetAddressType of RFC 4001. */
        int type() {
            return switch (length()) {
                case 0 -> 0;
                case 4 -> 1;
                case 16 -> 2;
                default -> 4;
            };
        }

        String ipv4() {
            return octets.isEmpty() ? "0.0.0.0" : octets;
        }

        String index() {
            return type() + "." + length() + (octets.isEmpty() ? "" : "." + octets) + "." + port;
        }
    }
}
