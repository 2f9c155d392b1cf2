package io.tcpprobe.agent.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import java.util.EnumSet;
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
        add(sockets, cookie, cookie, drops);
    }

    private static void add(SocketColumns.Builder sockets, int cookie, int port, int drops) {
        byte[] endpoints = new byte[SocketEndpoints.SIZE];
        endpoints[0] = 1;
        endpoints[SocketEndpoints.PORT + 1] = (byte) port;
        sockets.add(endpoints, LISTEN, 0, cookie, 6, 5);
        sockets.drops(drops);
    }

    private List<Long> measure(long overflows, int... drops) {
        SocketColumns.Builder sockets = new SocketColumns.Builder(drops.length);
        for (int i = 0; i < drops.length; i++) {
            add(sockets, i + 1, drops[i]);
        }
        now = snapshot(sockets);
        return measures.ofDrops(overflows).stream().map(Measurement::value).toList();
    }

    /** Returns what a source counts, of the listeners 1, 2 and so on. */
    private static ListenerTable counted(long... overflows) {
        ListenerTable.Builder table = new ListenerTable.Builder(EnumSet.of(ListenerCounter.OVERFLOWS));
        for (int i = 0; i < overflows.length; i++) {
            table.listener(i + 1).set(i + 1, ListenerCounter.OVERFLOWS, overflows[i]);
        }
        return table.build();
    }

    private List<String> measureExactly(ListenerTable counted) {
        return measures.ofOverflows(counted).stream()
                .map(measured -> measured.subject().name() + " " + measured.value() + " "
                        + measured.evidence().text())
                .toList();
    }

    private void listeners(int count) {
        SocketColumns.Builder sockets = new SocketColumns.Builder(count);
        for (int i = 1; i <= count; i++) {
            add(sockets, i, 900);
        }
        now = snapshot(sockets);
    }

    @Test
    void shouldMeasureTheOverflowsThatTheSourceCounts() {
        listeners(3);
        assertEquals(List.of(), measureExactly(counted(5, 7)), "those before the first reading");
        assertEquals(List.of(), measureExactly(counted(5, 7)));
        assertEquals(
                List.of(
                        "0.0.0.0:2 4 accept queue 6 of 5, overflows +4",
                        "0.0.0.0:3 9 accept queue 6 of 5, overflows +9"),
                measureExactly(counted(5, 11, 9)));
    }

    @Test
    void shouldSumListenersOfOneAddress() {
        SocketColumns.Builder sockets = new SocketColumns.Builder(2);
        add(sockets, 1, 80, 0);
        add(sockets, 2, 80, 0);
        now = snapshot(sockets);
        measureExactly(counted(1, 2));
        assertEquals(List.of("0.0.0.0:80 7 accept queue 6 of 5, overflows +7"), measureExactly(counted(3, 7)));
    }

    /** The counts of another source are no continuation. */
    @Test
    void shouldBeginAgainWithAnotherSource() {
        listeners(1);
        measureExactly(counted(1));
        assertEquals(List.of(), measure(3, 900));
        assertEquals(List.of(), measureExactly(counted(800)));
        assertEquals(List.of("0.0.0.0:1 2 accept queue 6 of 5, overflows +2"), measureExactly(counted(802)));
    }

    /** The first has dropped 900 since it began, and none now: the overflow is that of the second. */
    @Test
    void shouldNotCountDropsBeforeTheFirstReading() {
        assertEquals(List.of(), measure(7, 900, 7));
        assertEquals(List.of(3L), measure(3, 900, 10));
    }

    @Test
    void shouldCompareWithTheLastWindowThatHadOverflows() {
        measure(7, 900, 7);
        assertEquals(List.of(), measure(0, 900, 7));
        assertEquals(List.of(3L), measure(3, 900, 10));
    }

    @Test
    void shouldForgetAReadingAfterTenWindowsWithoutOverflows() {
        measure(7, 900, 7);
        for (int i = 0; i < 10; i++) {
            assertEquals(List.of(), measure(0, 950, 7));
        }
        assertEquals(List.of(), measure(3, 950, 10));
    }

    @Test
    void shouldCountAllDropsOfANewListener() {
        measure(7, 900);
        assertEquals(List.of(4L), measure(4, 900, 4));
    }
}
