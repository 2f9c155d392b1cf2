package io.tcpprobe.agent.estats;

import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The numbers of connections of each listener in a snapshot. Immutable. */
public final class ListenerCounts {
    private final Map<Integer, List<Integer>> byPort = new HashMap<>();
    private final Map<Integer, Integer> accepted = new HashMap<>();
    private final Map<Integer, Integer> halfOpen = new HashMap<>();
    private final SocketColumns sockets;

    /** Counts the connections of a snapshot. */
    public ListenerCounts(SocketSnapshot snapshot) {
        sockets = snapshot.sockets();
        for (int listener : snapshot.rows(SocketOrder.LISTENERS)) {
            byPort.computeIfAbsent(port(listener), _ -> new ArrayList<>()).add(listener);
        }
        for (int socket = 0; socket < sockets.size(); socket++) {
            switch (sockets.state(socket)) {
                case ESTABLISHED -> {
                    if (sockets.inode(socket) != 0) { // a process has accepted it
                        count(socket, accepted);
                    }
                }
                case SYN_RECEIVED, NEW_SYN_RECEIVED -> count(socket, halfOpen);
                case SYN_SENT, FIN_WAIT_1, FIN_WAIT_2, TIME_WAIT, CLOSED, CLOSE_WAIT, LAST_ACK, LISTEN, CLOSING -> {}
            }
        }
    }

    private int port(int socket) {
        int port = SocketEndpoints.LOCAL + SocketEndpoints.PORT;
        return sockets.end(socket, port) << Byte.SIZE | sockets.end(socket, port + 1);
    }

    private void count(int socket, Map<Integer, Integer> figure) {
        List<Integer> listeners = byPort.getOrDefault(port(socket), List.of());
        int best = -1;
        int rank = 0;
        for (int listener : listeners) {
            int matchRank = matchRank(listener, socket);
            if (matchRank > rank) {
                best = listener;
                rank = matchRank;
            }
        }
        if (best >= 0) {
            figure.merge(best, 1, Integer::sum);
        }
    }

    /** Returns how well a listener's address matches that of a connection, as the kernel ranks them: 3 for the same, 0 for no match. */
    private int matchRank(int listener, int socket) {
        int type = sockets.end(listener, SocketEndpoints.LOCAL);
        if (type == AddressType.UNKNOWN.number()) {
            return 1;
        }
        if (type != sockets.end(socket, SocketEndpoints.LOCAL)) {
            return 0;
        }
        boolean any = true;
        boolean same = true;
        for (int place = SocketEndpoints.ADDRESS; place < SocketEndpoints.PORT; place++) {
            int octet = sockets.end(listener, place);
            any &= octet == 0;
            same &= octet == sockets.end(socket, place);
        }
        return same ? 3 : any ? 2 : 0;
    }

    /** Returns the number of established connections of a listener that a process has accepted. */
    int accepted(int listener) {
        return accepted.getOrDefault(listener, 0);
    }

    /** Returns the number of connections of a listener whose handshake is not complete. */
    int halfOpen(int listener) {
        return halfOpen.getOrDefault(listener, 0);
    }
}
