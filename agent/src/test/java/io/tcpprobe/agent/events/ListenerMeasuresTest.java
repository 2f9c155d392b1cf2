package io.tcpprobe.agent.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenerMeasuresTest {
    private static final int LISTEN = 10;

    private final SocketColumns.Builder empty = new SocketColumns.Builder(0);
    private SocketSnapshot now = snapshot(empty);
    private final ListenerMeasures measures = new ListenerMeasures(() -> now);

    private static SocketSnapshot snapshot(SocketColumns.Builder sockets) {
        return new SocketSnapshot(sockets.build(), 0, SocketSnapshot.NO_OWNERS);
    }

    /** A full accept queue. */
    private static void add(SocketColumns.Builder sockets, int cookie, int drops) {
        byte[] endpoints = new byte[SocketEndpoints.SIZE];
        endpoints[0] = 1;
        endpoints[SocketEndpoints.PORT + 1] = (byte) cookie;
        sockets.add(endpoints, LISTEN, 0, cookie, 6, 5);
        sockets.drops(drops);
    }

    private List<Long> measure(long overflows, int... drops) {
        SocketColumns.Builder sockets = new SocketColumns.Builder(drops.length);
        for (int i = 0; i < drops.length; i++) {
            add(sockets, i + 1, drops[i]);
        }
        now = snapshot(sockets);
        return measures.measure(overflows).stream().map(Measurement::value).toList();
    }

    /** The first has dropped 900 since it began, and none now: the overflow is that of the second. */
    @Test
    void shouldNotCountDropsBeforeTheFirstReading() {
        assertEquals(List.of(), measure(7, 900, 7));
        assertEquals(List.of(3L), measure(3, 900, 10));
    }

    @Test
    void shouldForgetAReadingThatIsNotOfThePreviousWindow() {
        measure(7, 900, 7);
        assertEquals(List.of(), measure(0, 950, 7));
        assertEquals(List.of(), measure(3, 950, 10));
    }

    @Test
    void shouldCountAllDropsOfANewListener() {
        measure(7, 900);
        assertEquals(List.of(4L), measure(4, 900, 4));
    }
}
