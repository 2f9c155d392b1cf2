package io.tcpprobe.agent.estats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.parts.Sockets;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ListenerCountsTest {
    /** Half-open connections by the listener's local end; those without are left out. */
    private static Map<String, Integer> halfOpen(SocketSnapshot snapshot) {
        ListenerCounts figures = new ListenerCounts(snapshot);
        Map<String, Integer> found = new TreeMap<>();
        for (int place : snapshot.rows(SocketOrder.LISTENERS)) {
            SocketEndpoints ends = snapshot.sockets().endpoints(place);
            if (figures.halfOpen(place) > 0) {
                found.put(ends.local(), figures.halfOpen(place));
            }
        }
        return found;
    }

    @Test
    void shouldAssignConnectionsToTheMostSpecificListener() {
        Sockets sockets = new Sockets()
                .listener("127.0.0.1", 80)
                .listener("0.0.0.0", 80)
                .listener("*", 80)
                .listener("::1", 80)
                .listener("0.0.0.0", 81)
                .connection(TcpState.SYN_RECEIVED, "127.0.0.1", 80, "127.0.0.1", 1000)
                .connection(TcpState.SYN_RECEIVED, "127.0.0.2", 80, "127.0.0.1", 1001)
                .connection(TcpState.NEW_SYN_RECEIVED, "127.0.0.2", 80, "127.0.0.1", 1002)
                .connection(TcpState.SYN_RECEIVED, "::1", 80, "::1", 1003)
                .connection(TcpState.SYN_RECEIVED, "2001:db8::1", 80, "::1", 1004)
                .connection(TcpState.SYN_RECEIVED, "127.0.0.1", 82, "127.0.0.1", 1005);
        assertEquals(
                Map.of("127.0.0.1:80", 1, "0.0.0.0:80", 2, "[::1]:80", 1, "*:80", 1), halfOpen(sockets.snapshot()));
    }

    @Test
    void shouldNotAssignIpv6ToAListenerOfIpv4() {
        Sockets sockets = new Sockets()
                .listener("0.0.0.0", 80)
                .connection(TcpState.SYN_RECEIVED, "::1", 80, "::1", 1000)
                .connection(TcpState.SYN_SENT, "127.0.0.1", 80, "127.0.0.1", 1001);
        assertEquals(Map.of(), halfOpen(sockets.snapshot()));
    }

    /** The sockets here have no inode: nobody has accepted them. */
    @Test
    void shouldNotCountWhatIsNotAccepted() {
        SocketSnapshot snapshot = new Sockets()
                .listener("0.0.0.0", 80)
                .connection(TcpState.ESTABLISHED, "127.0.0.1", 80, "127.0.0.1", 1000)
                .snapshot();
        assertEquals(0, new ListenerCounts(snapshot).accepted(snapshot.rows(SocketOrder.LISTENERS)[0]));
    }
}
