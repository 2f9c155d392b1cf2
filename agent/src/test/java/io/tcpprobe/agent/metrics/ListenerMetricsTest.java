package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tcpprobe.agent.estats.ListenerCounts;
import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import java.io.IOException;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListenerMetricsTest {
    private static final String OVERFLOWS = "tcpprobe_listener_overflows_total";

    private final ListenerMetrics metrics = new ListenerMetrics(2, port -> port >= 50_000);

    /** Listening sockets at one moment. */
    private static final class Listeners {
        private final SocketColumns.Builder sockets = new SocketColumns.Builder(0);
        private final ListenerTable.Builder counted;

        Listeners(ListenerCounter... counters) {
            counted = new ListenerTable.Builder(
                    counters.length == 0 ? EnumSet.noneOf(ListenerCounter.class) : EnumSet.copyOf(List.of(counters)));
        }

        Listeners add(int port, long cookie, int queue, long overflows) {
            byte[] ends = new byte[SocketEndpoints.SIZE];
            ends[SocketEndpoints.LOCAL] = 1; // IPv4
            ends[SocketEndpoints.REMOTE] = 1;
            byte[] address = InetAddress.ofLiteral("127.0.0.1").getAddress();
            System.arraycopy(address, 0, ends, SocketEndpoints.LOCAL + SocketEndpoints.ADDRESS, address.length);
            ends[SocketEndpoints.LOCAL + SocketEndpoints.PORT] = (byte) (port >> 8);
            ends[SocketEndpoints.LOCAL + SocketEndpoints.PORT + 1] = (byte) port;
            sockets.add(ends, TcpState.LISTEN.kernel(), 0, cookie, queue, 128);
            counted.listener(cookie).set(cookie, ListenerCounter.OVERFLOWS, overflows);
            return this;
        }

        ListenerTracker.Listeners build() {
            SocketSnapshot snapshot = new SocketSnapshot(sockets.build(), 0, SocketSnapshot.NO_OWNERS);
            return new ListenerTracker.Listeners(snapshot, Map.of(), new ListenerCounts(snapshot), counted.build());
        }
    }

    private static Listeners listeners() {
        return new Listeners(ListenerCounter.OVERFLOWS);
    }

    private Series series(Listeners listeners) throws IOException {
        MetricSink sink = new MetricSink();
        metrics.collect(listeners.build(), sink);
        return Series.of(sink.families());
    }

    private static Double overflows(Series series, String address) {
        return series.value(OVERFLOWS, "address", address);
    }

    @Test
    void shouldSumSocketsThatShareAnAddress() throws IOException {
        Series series = series(listeners().add(80, 1, 3, 10).add(80, 2, 4, 200));
        String[] address = {"address", "127.0.0.1:80"};
        assertEquals(2, series.value("tcpprobe_listener_sockets", address));
        assertEquals(7, series.value("tcpprobe_listener_accept_queue_connections", address));
        assertEquals(256, series.value("tcpprobe_listener_accept_queue_limit_connections", address));
        assertEquals(210, series.value(OVERFLOWS, address));
        assertNull(series.value("tcpprobe_listener_syns_total", address));
    }

    @Test
    void shouldNotLetACounterFallWhenOneOfTheSocketsIsClosed() throws IOException {
        series(listeners().add(80, 1, 0, 10).add(80, 2, 0, 200));
        assertEquals(215, overflows(series(listeners().add(80, 2, 0, 205)), "127.0.0.1:80"));
        assertEquals(222, overflows(series(listeners().add(80, 2, 0, 205).add(80, 3, 0, 7)), "127.0.0.1:80"));
    }

    @Test
    void shouldContinueWhenTheSourceCountsASocketAnew() throws IOException {
        series(listeners().add(80, 1, 0, 10));
        assertEquals(13, overflows(series(listeners().add(80, 1, 0, 3)), "127.0.0.1:80"));
    }

    @Test
    void shouldSumEphemeralPortsAndWhatIsBeyondTheMaximum() throws IOException {
        Series series = series(listeners()
                .add(80, 1, 0, 1)
                .add(81, 2, 0, 20)
                .add(82, 3, 0, 300)
                .add(83, 4, 0, 4000)
                .add(50_000, 5, 0, 50_000)
                .add(50_001, 6, 0, 600_000));
        assertEquals(1, overflows(series, "127.0.0.1:80"));
        assertEquals(20, overflows(series, "127.0.0.1:81"));
        assertEquals(4300, overflows(series, "other"));
        assertEquals(650_000, overflows(series, "ephemeral"));
        assertEquals(2, series.value("tcpprobe_metrics_limited", "limited", "listener"));
    }

    @Test
    void shouldGiveThePlaceOfAClosedListenerToAnotherOne() throws IOException {
        series(listeners().add(80, 1, 0, 1).add(81, 2, 0, 20).add(82, 3, 0, 300));
        Series later = series(listeners().add(81, 2, 0, 20).add(82, 3, 0, 307));
        assertEquals(20, overflows(later, "127.0.0.1:81"));
        assertEquals(7, overflows(later, "127.0.0.1:82"));
        assertEquals(0, later.value("tcpprobe_metrics_limited", "limited", "listener"));
        Series full = series(listeners().add(80, 4, 0, 5).add(81, 2, 0, 20).add(82, 3, 0, 307));
        assertEquals(305, overflows(full, "other"));
    }
}
