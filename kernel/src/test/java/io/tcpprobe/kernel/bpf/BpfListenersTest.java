package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.diag.SocketDump;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.test.LoopbackConnection;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The counts of listeners. Those that need traced functions are tested on a kernel that has them, in ListenersInGuestIT, and here if this
 * kernel has them, too.
 */
class BpfListenersTest {
    private static final int ROWS = 8;

    /** The listeners of this network namespace by what inet_diag shows. */
    private static long cookie(ServerSocket listener) throws IOException {
        try (SocketDump dump = new SocketDump()) {
            SocketColumns sockets = dump.read();
            for (int place = 0; place < sockets.size(); place++) {
                if (sockets.state(place) == TcpState.LISTEN
                        && sockets.endpoints(place).local().endsWith(":" + listener.getLocalPort())) {
                    return sockets.cookie(place);
                }
            }
        }
        throw new AssertionError("no listener of port " + listener.getLocalPort());
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 5, LoopbackConnection.LOOPBACK);
    }

    private static Socket connect(ServerSocket listener) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    private static BpfSource open(int rows) throws Exception {
        SettingStore settings = Bpf.settings();
        Bpf.open(settings).close(); // works here, or the test is skipped
        return BpfSource.open(Sampler.file(), settings, System::nanoTime, rows);
    }

    private static long get(BpfSource source, ServerSocket listener, ListenerCounter counter) throws IOException {
        source.refreshNow();
        return source.listeners().get(cookie(listener), counter);
    }

    @Test
    void shouldCountTheBacklogOfListenersOldAndNew() throws Exception {
        try (ServerSocket old = listen();
                Socket before = connect(old);
                BpfSource source = open(BpfListeners.ROWS);
                ServerSocket young = listen();
                Socket first = connect(young);
                Socket second = connect(young)) {
            assertEquals(1, get(source, old, ListenerCounter.BACKLOG));
            assertEquals(2, get(source, young, ListenerCounter.BACKLOG));
            young.accept().close();
            assertEquals(1, get(source, young, ListenerCounter.BACKLOG));
            assertTrue(before.isConnected() && first.isConnected() && second.isConnected());
        }
    }

    @Test
    void shouldForgetAListenerThatIsClosed() throws Exception {
        try (BpfSource source = open(BpfListeners.ROWS)) {
            ServerSocket listener = listen();
            long cookie = cookie(listener);
            assertTrue(source.listeners().cookies().contains(cookie));
            listener.close();
            Waiting.until("its end", () -> !source.listeners().cookies().contains(cookie));
        }
    }

    /** Whatever else listens on this host takes rows, too. */
    @Test
    void shouldNotCountMoreListenersThanItHasRowsFor() throws Exception {
        Deque<ServerSocket> listeners = new ArrayDeque<>();
        try (BpfSource source = open(ROWS)) {
            for (int i = 0; i <= ROWS; i++) {
                listeners.add(listen());
            }
            source.refreshNow();
            assertEquals(ROWS, source.listeners().cookies().size());
            ServerSocket last = listeners.getLast();
            assertEquals(ListenerTable.UNKNOWN, get(source, last, ListenerCounter.BACKLOG));
            assertTrue(BpfCounters.read(source.object()).listenersSkipped() > 0);
            ServerSocket counted = firstCounted(source, listeners);
            listeners.remove(counted);
            counted.close();
            Waiting.until("a free row", () -> source.listeners().cookies().size() == ROWS - 1);
            assertEquals(ListenerTable.UNKNOWN, get(source, last, ListenerCounter.BACKLOG), "it would begin late");
            listeners.add(listen());
            assertEquals(0, get(source, listeners.getLast(), ListenerCounter.BACKLOG));
        } finally {
            for (ServerSocket listener : listeners) {
                listener.close();
            }
        }
    }

    private static ServerSocket firstCounted(BpfSource source, Iterable<ServerSocket> listeners) throws IOException {
        Set<Long> counted = source.listeners().cookies();
        for (ServerSocket listener : listeners) {
            if (counted.contains(cookie(listener))) {
                return listener;
            }
        }
        throw new AssertionError("none of the test's listeners is counted");
    }

    /** Rows are used again and again, and their counts begin at 0. */
    @Test
    void shouldReuseRows() throws Exception {
        try (BpfSource source = open(BpfListeners.ROWS)) {
            for (int i = 0; i < 3 * BpfListeners.ROWS; i++) {
                listen().close();
            }
            assertEquals(0, BpfCounters.read(source.object()).listenersSkipped());
            try (ServerSocket listener = listen()) {
                assertEquals(0, get(source, listener, ListenerCounter.BACKLOG));
            }
        }
    }

    @Test
    void shouldCountConnectionsWhereFunctionsCanBeTraced() throws Exception {
        int connections = 13;
        List<Socket> sockets = new ArrayList<>();
        try (BpfSource source = open(BpfListeners.ROWS);
                ServerSocket listener = new ServerSocket(0, 50, LoopbackConnection.LOOPBACK)) {
            Assumptions.assumeTrue(
                    source.refusals().isEmpty(), () -> source.refusals().toString());
            for (int i = 0; i < connections; i++) {
                sockets.add(connect(listener));
            }
            sockets.add(listener.accept());
            sockets.add(listener.accept());
            assertEquals(connections, get(source, listener, ListenerCounter.INITIAL));
            assertEquals(connections, get(source, listener, ListenerCounter.ESTABLISHED));
            assertTrue(get(source, listener, ListenerCounter.SYNS) >= connections);
            assertEquals(2, get(source, listener, ListenerCounter.ACCEPTED));
            assertEquals(2, get(source, listener, ListenerCounter.CONNECTIONS));
            assertEquals(connections - 2, get(source, listener, ListenerCounter.BACKLOG));
            assertEquals(0, get(source, listener, ListenerCounter.OVERFLOWS));
            sockets.getLast().close();
            assertEquals(1, get(source, listener, ListenerCounter.CONNECTIONS));
            assertEquals(2, get(source, listener, ListenerCounter.ACCEPTED));
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** What depends on a program that does not run is not counted. */
    @Test
    void shouldCountWhatTheProgramsThatRunCount() {
        assertEquals(EnumSet.allOf(ListenerCounter.class), BpfListeners.counted(EnumSet.allOf(OptionalProgram.class)));
        assertEquals(Set.of(), BpfListeners.counted(EnumSet.complementOf(EnumSet.of(OptionalProgram.LISTENERS))));
        assertEquals(EnumSet.of(ListenerCounter.BACKLOG), BpfListeners.counted(EnumSet.of(OptionalProgram.LISTENERS)));
        assertEquals(
                EnumSet.of(
                        ListenerCounter.BACKLOG,
                        ListenerCounter.SYNS,
                        ListenerCounter.OVERFLOWS,
                        ListenerCounter.ACCEPTED),
                BpfListeners.counted(EnumSet.complementOf(EnumSet.of(OptionalProgram.LISTENER_CHILDREN))));
        assertEquals(
                EnumSet.complementOf(EnumSet.of(ListenerCounter.INITIAL, ListenerCounter.DROPPED)),
                BpfListeners.counted(EnumSet.complementOf(EnumSet.of(OptionalProgram.LISTENER_REQUESTS))));
        assertEquals(
                EnumSet.complementOf(EnumSet.of(ListenerCounter.ACCEPTED, ListenerCounter.CONNECTIONS)),
                BpfListeners.counted(EnumSet.complementOf(EnumSet.of(OptionalProgram.LISTENER_ACCEPTS))));
        assertEquals(
                EnumSet.complementOf(EnumSet.of(ListenerCounter.SYNS, ListenerCounter.OVERFLOWS)),
                BpfListeners.counted(EnumSet.complementOf(EnumSet.of(OptionalProgram.LISTENER_SYNS))));
    }
}
