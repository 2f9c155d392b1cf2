package io.tcpprobe.agent.estats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.parts.Sockets;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of two readings of a listener, its backlog is from one: what waits to be accepted is never more than all that waits. */
class ListenersTest {
    private final SocketSnapshot snapshot = new Sockets()
            .listener("0.0.0.0", 80, 7)
            .connection(TcpState.SYN_RECEIVED, "10.0.0.1", 80, "10.0.0.2", 1000)
            .snapshot();
    private final int place = snapshot.rows(SocketOrder.LISTENERS)[0];

    private ListenerTracker.Listeners listeners(ListenerTable counted) {
        return new ListenerTracker.Listeners(snapshot, Map.of(), new ListenerCounts(snapshot), counted);
    }

    @Test
    void shouldTakeTheBacklogFromTheSource() {
        long cookie = snapshot.sockets().cookie(place);
        ListenerTracker.Listeners listeners =
                listeners(new ListenerTable.Builder(EnumSet.of(ListenerCounter.BACKLOG, ListenerCounter.ACCEPT_QUEUE))
                        .listener(cookie)
                        .set(cookie, ListenerCounter.BACKLOG, 3)
                        .set(cookie, ListenerCounter.ACCEPT_QUEUE, 2)
                        .build());
        assertEquals(3, listeners.waiting(place));
        assertEquals(2, listeners.toAccept(place));
    }

    @Test
    void shouldTakeTheBacklogFromTheSocketsIfTheSourceDoesNotCountIt() {
        assertEquals(8, listeners(ListenerTable.NONE).waiting(place));
        assertEquals(7, listeners(ListenerTable.NONE).toAccept(place));
    }
}
