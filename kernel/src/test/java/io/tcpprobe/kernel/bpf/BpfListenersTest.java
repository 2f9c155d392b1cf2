package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The counts of listeners. Those that need traced functions are tested on a kernel that has them, in ListenersInGuestIT, and here if this
 * kernel has them, too.
 */
class BpfListenersTest {
    /** How many rows there are beyond those of the listeners that this host has. */
    private static final int FREE_ROWS = 32;

    /** The limit of sockets that a test opens until one finds no row: listeners of this host may end meanwhile. */
    private static final int MAX_LISTENERS = 2 * BpfListeners.ROWS;

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

    private static final long COOKIE = 4711;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 5, LoopbackConnection.LOOPBACK);
    }

    private static Socket connect(ServerSocket listener) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    private static BpfSource open(int rows) throws Exception {
        SettingStore settings = Bpf.settings();
        Bpf.open(settings).close(); // works here, or the test is skipped
        return BpfSource.open(Sampler.file(), settings, System::nanoTime, SocketPass.Way.ITERATOR, rows);
    }

    private static long get(BpfSource source, ServerSocket listener, ListenerCounter counter) throws IOException {
        source.refreshNow();
        return source.listeners().get(cookie(listener), counter);
    }

    /** Waits for a number: what happens to connections on this host may take a moment. */
    private static void await(BpfSource source, ServerSocket listener, ListenerCounter counter, long expected)
            throws IOException {
        Waiting.until(counter + " = " + expected, () -> get(source, listener, counter), value -> value == expected);
    }

    /** Opens the source with few rows more than this host has listeners. */
    private static BpfSource openWithFewRows() throws Exception {
        int listeners;
        try (BpfSource source = open(BpfListeners.ROWS)) {
            listeners = source.listeners().cookies().size();
        }
        return open(Math.min(listeners + FREE_ROWS, BpfListeners.ROWS));
    }

    @Test
    void shouldCountTheBacklogOfListenersOldAndNew() throws Exception {
        try (ServerSocket old = listen();
                Socket before = connect(old);
                BpfSource source = open(BpfListeners.ROWS);
                ServerSocket young = listen();
                Socket first = connect(young);
                Socket second = connect(young)) {
            await(source, old, ListenerCounter.BACKLOG, 1);
            await(source, young, ListenerCounter.BACKLOG, 2);
            assertEquals(2, get(source, young, ListenerCounter.ACCEPT_QUEUE));
            young.accept().close();
            await(source, young, ListenerCounter.BACKLOG, 1);
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

    /** Returns true if a listener has a row. */
    private static boolean counted(BpfSource source, ServerSocket listener) throws IOException {
        return source.listeners().cookies().contains(cookie(listener));
    }

    /** Listens with more and more sockets until one is not counted. */
    private static Deque<ServerSocket> listenUntilOneIsNotCounted(BpfSource source) throws IOException {
        Deque<ServerSocket> listeners = new ArrayDeque<>();
        do {
            assertTrue(listeners.size() < MAX_LISTENERS, "every listener is counted");
            listeners.add(listen());
        } while (counted(source, listeners.getLast()));
        return listeners;
    }

    /** Whatever else listens on this host takes rows, too, and may take the free one. */
    @Test
    void shouldNotCountMoreListenersThanItHasRowsFor() throws Exception {
        Deque<ServerSocket> listeners = new ArrayDeque<>();
        try (BpfSource source = openWithFewRows()) {
            listeners = listenUntilOneIsNotCounted(source);
            ServerSocket last = listeners.getLast();
            assertEquals(ListenerTable.UNKNOWN, get(source, last, ListenerCounter.BACKLOG));
            assertTrue(BpfCounters.read(source.object()).listenersSkipped() > 0);
            for (boolean another = false; !another && listeners.size() > 1; ) {
                listeners.removeFirst().close();
                try (ServerSocket next = listen()) {
                    another = get(source, next, ListenerCounter.BACKLOG) == 0;
                }
                assertEquals(ListenerTable.UNKNOWN, get(source, last, ListenerCounter.BACKLOG), "it would begin late");
            }
            assertTrue(listeners.size() > 1, "no row became free");
        } finally {
            for (ServerSocket listener : listeners) {
                listener.close();
            }
        }
    }

    /** The program that sees its end does not run at that moment, as when a softirq has interrupted it. */
    @Test
    void shouldNotLeakTheRowOfAListenerOfWhichItMissesTheEnd() throws Exception {
        String program = OptionalProgram.LISTENERS.program();
        try (BpfSource source = openWithFewRows();
                RepeatedListener listener = new RepeatedListener()) {
            long used = 0;
            for (int i = 0; i <= FREE_ROWS; i++) {
                listener.listen();
                assertTrue(source.listeners().cookies().contains(listener.cookie()), "time " + i);
                used = Math.max(used, source.listeners().cookies().size());
                source.object().detach(program);
                listener.stop();
                source.object().attach(program);
            }
            assertEquals(0, BpfCounters.read(source.object()).listenersSkipped(), used + " rows were used");
        }
    }

    /** A socket that listens once more is another listener with the same cookie. */
    @Test
    void shouldBeginAgainWhenASocketListensAgain() throws Exception {
        try (BpfSource source = open(BpfListeners.ROWS);
                RepeatedListener listener = new RepeatedListener()) {
            for (int i = 0; i < 3; i++) {
                listener.listen();
                assertEquals(0, source.listeners().get(listener.cookie(), ListenerCounter.BACKLOG));
                listener.stop();
                assertFalse(source.listeners().cookies().contains(listener.cookie()));
            }
        }
    }

    /** A row that is used again while it is read, for the same socket; the writer does what listener.h does. */
    @Test
    void shouldNotMixTwoTimesOfAListener() throws Exception {
        MemorySegment row = MemorySegment.ofArray(new long[BpfListeners.ROW_BYTES / Long.BYTES]);
        AtomicBoolean enough = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().daemon().start(() -> {
            for (int time = 1; !enough.get(); time++) {
                beginAgain(row, time);
            }
        });
        BpfListeners listeners = new BpfListeners(row, EnumSet.of(ListenerCounter.SYNS, ListenerCounter.OVERFLOWS));
        try {
            int seen = 0;
            while (seen < 20_011) {
                ListenerTable table = listeners.read(1);
                seen += table.cookies().size();
                assertEquals(table.get(COOKIE, ListenerCounter.SYNS), table.get(COOKIE, ListenerCounter.OVERFLOWS));
            }
        } finally {
            enough.set(true);
            writer.join();
        }
    }

    private static void beginAgain(MemorySegment row, int time) {
        LONG.setVolatile(row, (long) BpfListeners.COOKIE, 0L);
        INT.setVolatile(row, (long) BpfListeners.GENERATION, time);
        LONG.setVolatile(row, (long) BpfListeners.SYNS, (long) time);
        LONG.setVolatile(row, (long) BpfListeners.OVERFLOWS, (long) time);
        LONG.setVolatile(row, (long) BpfListeners.COOKIE, COOKIE);
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
            await(source, listener, ListenerCounter.INITIAL, connections);
            await(source, listener, ListenerCounter.ESTABLISHED, connections);
            assertTrue(get(source, listener, ListenerCounter.SYNS) >= connections);
            await(source, listener, ListenerCounter.ACCEPTED, 2);
            await(source, listener, ListenerCounter.CONNECTIONS, 2);
            await(source, listener, ListenerCounter.BACKLOG, connections - 2);
            assertEquals(0, get(source, listener, ListenerCounter.OVERFLOWS));
            sockets.getLast().close();
            await(source, listener, ListenerCounter.CONNECTIONS, 1);
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
        assertEquals(
                EnumSet.of(ListenerCounter.BACKLOG, ListenerCounter.ACCEPT_QUEUE),
                BpfListeners.counted(EnumSet.of(OptionalProgram.LISTENERS)));
        assertEquals(
                EnumSet.of(
                        ListenerCounter.BACKLOG,
                        ListenerCounter.ACCEPT_QUEUE,
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
