package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** After a sweep every row shows the present state of its flow and the time of it, in every reachable namespace. */
class SweepTest {
    /** A row's time is accurate to a kernel tick, which is at most 10 ms. */
    private static final long TICK = 10_000_000;

    private static final long SECOND = 1_000_000_000;

    /** Added to the clock that decides when something is due. */
    private final AtomicLong passed = new AtomicLong();

    private final List<Process> processes = new ArrayList<>();
    private BpfSource source;

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
        processes.forEach(Process::destroy);
    }

    private void start() throws Exception {
        source = Bpf.open(Bpf.settings(), () -> System.nanoTime() + passed.get());
    }

    /** The flows to or from a port, after a refresh; all must be as new as that. */
    private FlowColumns fresh(int port) throws IOException {
        long before = System.nanoTime();
        source.refreshNow();
        FlowColumns flows = FlowColumns.copyOf(source.rows());
        for (int i : of(port, flows)) {
            long age = before - flows.number(FlowField.SAMPLED, i);
            assertTrue(age < TICK, "a row was " + age + " ns old when the sweep began");
        }
        assertFalse(of(port, flows).isEmpty());
        return flows;
    }

    private static List<Integer> of(int port, FlowColumns flows) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < flows.size(); i++) {
            if (flows.number(FlowField.LOCAL_PORT, i) == port || flows.number(FlowField.REMOTE_PORT, i) == port) {
                found.add(i);
            }
        }
        return found;
    }

    private static int client(int port, FlowColumns flows) {
        return of(port, flows).stream()
                .filter(i -> flows.number(FlowField.REMOTE_PORT, i) == port)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldSweepEveryRowHoweverIdle() throws Exception {
        try (LoopbackFlows flows = new LoopbackFlows()) {
            start();
            flows.open();
            for (int i = 0; i < 5; i++) {
                fresh(flows.port());
            }
            long samples = samples(flows.port());
            Waiting.pause(Duration.ofMillis(50)); // the times since grow
            FlowColumns later = fresh(flows.port());
            assertEquals(samples, samples(flows.port()), "nothing has changed: that is no sample");
            int at = client(flows.port(), later);
            assertTrue(later.number(FlowField.LAST_ACK_RECEIVED, at) >= 40, "the time since runs on");
        }
    }

    private long samples(int port) {
        FlowColumns flows = FlowColumns.copyOf(source.rows());
        return flows.number(FlowField.SAMPLES, client(port, flows));
    }

    /** Nothing is in flight, and between two probes nothing comes or goes; but the sender waits. */
    @Test
    void shouldShowHowLongAZeroWindowLasts() throws Exception {
        try (ServerSocket server = new ServerSocket()) {
            server.setReceiveBufferSize(4096);
            server.bind(null, 1);
            start();
            int port = server.getLocalPort();
            try (SocketChannel client = SocketChannel.open(server.getLocalSocketAddress());
                    Socket accepted = server.accept()) {
                client.configureBlocking(false);
                Waiting.until("it to come", () -> {
                    client.write(ByteBuffer.allocate(1 << 20));
                    FlowColumns flows = fresh(port);
                    int at = client(port, flows);
                    return flows.number(FlowField.SEND_WINDOW, at) == 0
                            && flows.number(FlowField.UNACKED, at) == 0
                            && flows.number(FlowField.NOT_SENT, at) > 0;
                });
                FlowColumns before = fresh(port);
                Waiting.pause(Duration.ofMillis(100)); // the time is what is counted
                FlowColumns after = fresh(port);
                long waited = after.number(FlowField.RWND_LIMITED, client(port, after))
                        - before.number(FlowField.RWND_LIMITED, client(port, before));
                assertTrue(waited >= 50_000, waited + " us of 100 ms");
                assertEquals(client.socket().getLocalPort(), accepted.getPort());
            }
        }
    }

    /** No segment of the test causes a sample, because cwnd stays as it is. */
    @Test
    void shouldBeCompleteUntilTheLastSweepWhileTheNextOneWaits() throws Exception {
        try (LoopbackFlows flows = new LoopbackFlows()) {
            AtomicLong reading = new AtomicLong();
            source = Bpf.open(
                    Bpf.settings("probetime=60000"), () -> System.nanoTime() + passed.addAndGet(reading.get()));
            flows.open();
            long began = System.nanoTime();
            reading.set(SECOND); // by this clock each sweep is long
            source.refresh();
            reading.set(0);
            long complete = source.rows().completeNanos();
            assertTrue(complete - began >= 0, "it began before the refresh");
            FlowColumns swept = FlowColumns.copyOf(source.rows());
            int sweeps = source.sweeps();
            flows.pingPong();
            source.refresh();
            assertEquals(sweeps, source.sweeps(), "the pause is nine times as long as the sweep");
            assertEquals(complete, source.rows().completeNanos());
            assertEquals(sent(flows.port(), swept), sent(flows.port(), FlowColumns.copyOf(source.rows())));
            passed.addAndGet(100 * SECOND);
            source.refresh();
            assertEquals(sweeps + 1, source.sweeps());
            assertTrue(source.rows().completeNanos() - complete >= 100 * SECOND);
            assertEquals(sent(flows.port(), swept) + 1, sent(flows.port(), FlowColumns.copyOf(source.rows())));
        }
    }

    private static long sent(int port, FlowColumns flows) {
        return flows.number(FlowField.BYTES_SENT, client(port, flows));
    }

    /** No segment shows a change of an option. */
    @Test
    void shouldShowAnOptionThatIsSetOnAnIdleFlow() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(null)) {
            start();
            int port = server.socket().getLocalPort();
            try (SocketChannel client =
                            SocketChannel.open(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    SocketChannel _ = server.accept()) {
                for (int i = 0; i < 5; i++) {
                    fresh(port);
                }
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                client.setOption(StandardSocketOptions.SO_SNDBUF, 100_000);
                client.setOption(StandardSocketOptions.IP_TOS, 0x28);
                FlowColumns flows = fresh(port);
                int at = client(port, flows);
                assertEquals(0, flows.number(FlowField.NAGLE, at));
                assertEquals(200_000, flows.number(FlowField.SEND_BUFFER, at));
                assertEquals(0x28, flows.number(FlowField.TOS, at));
            }
        }
    }

    private Process process(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }

    private static Path namespace(Process process) {
        return Path.of("/proc", Long.toString(process.pid()), "ns/net");
    }

    /** A namespace without a name: the process by which it was reached ends, another one has it. */
    @Test
    void shouldReachANamespaceThatAnotherProcessHas() throws Exception {
        Bpf.requireNamespaces();
        Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        Process first = process("unshare", "-n", "sleep", "1000");
        Waiting.until(
                "it to come", () -> !Files.readSymbolicLink(namespace(first)).equals(own));
        Process second = process("nsenter", "--net=" + namespace(first), "sleep", "1000");
        Waiting.until(
                "it to come",
                () -> Files.readSymbolicLink(namespace(second)).equals(Files.readSymbolicLink(namespace(first))));
        process("nsenter", "--net=" + namespace(first), "ip", "link", "set", "lo", "up")
                .waitFor();
        try (Transfer flow = new Transfer(namespace(first), namespace(first), "127.0.0.1", 1)) {
            start();
            fresh(flow.port());
            first.destroy();
            first.waitFor();
            fresh(flow.port());
            passed.addAndGet(5 * SECOND); // not yet the time to look for namespaces in any case
            fresh(flow.port());
        }
    }

    @Test
    void shouldSweepANamespaceThatIsNew() throws Exception {
        Bpf.requireNamespaces();
        start();
        source.refreshNow();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                Transfer transfer =
                        new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 1009)) {
            passed.addAndGet(5 * SECOND);
            fresh(transfer.port());
            fresh(transfer.port());
        }
    }

    /** The interface whose peer is in the other namespace goes with that. */
    @Test
    void shouldForgetADeletedNamespace() throws Exception {
        Bpf.requireNamespaces();
        start();
        try (LinkedNamespaces namespaces = new LinkedNamespaces()) {
            try (Transfer transfer =
                    new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 1009)) {
                fresh(transfer.port());
            }
            assertTrue(namespaces.leftHasLink());
            namespaces.deleteRight();
            Waiting.until("it to come", () -> {
                source.refreshNow();
                return !namespaces.leftHasLink();
            });
        }
    }

    /** A socket changes its owner without a segment, and fchown() causes no event. */
    @Test
    void shouldShowTheNewOwnerOfASocket() throws Exception {
        Bpf.requireNamespaces(); // root's privileges: CAP_CHOWN is one of them
        start();
        try (LoopbackFlows flows = new LoopbackFlows()) {
            flows.open();
            FlowColumns before = fresh(flows.port());
            int at = client(flows.port(), before);
            Path file = SocketFile.of(before.number(FlowField.INODE, at));
            long user = before.number(FlowField.UID, at) + 1009;
            Files.setAttribute(file, "unix:uid", (int) user);
            FlowColumns after = fresh(flows.port());
            assertEquals(user, after.number(FlowField.UID, client(flows.port(), after)));
        }
    }

    /** The kernel's own sockets: each scan for their owners would be in vain. */
    @Test
    void shouldSearchOnceForTheOwnerOfASocketThatNoProcessHasOpen() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(null);
                SocketChannel client = SocketChannel.open(
                        new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port(server)));
                SocketChannel accepted = server.accept()) {
            source = Bpf.open(Bpf.settings("port=" + port(server)), () -> System.nanoTime() + passed.get());
            FlowColumns flows = fresh(port(server));
            long inode = flows.number(FlowField.INODE, client(port(server), flows));
            source.close();
            int descriptor = Integer.parseInt(SocketFile.of(inode).getFileName().toString());
            try (FileInFlight _ = new FileInFlight(descriptor)) {
                client.socket().close();
                source = Bpf.open(Bpf.settings("port=" + port(server)), () -> System.nanoTime() + passed.get());
                flows = fresh(port(server));
                assertTrue(flows.has(FlowField.INODE, client(port(server), flows)));
                assertFalse(flows.has(FlowField.PID, client(port(server), flows)));
                fresh(port(server));
                int scans = source.table().ownerSweeps();
                for (int i = 0; i < 3; i++) {
                    accepted.write(ByteBuffer.allocate(1)); // its row is written anew
                    fresh(port(server));
                }
                assertEquals(scans, source.table().ownerSweeps());
            }
        }
    }

    private static int port(ServerSocketChannel server) {
        return server.socket().getLocalPort();
    }

    /** The programs have not seen how it began to connect. */
    @Test
    void shouldShowThatAFlowWhichWasConnectingBeforeOpenedActively() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces()) {
            List<ServerSocketChannel> servers = new ArrayList<>();
            NetworkNamespaces.enter(
                    namespaces.right(),
                    () -> servers.add(ServerSocketChannel.open().bind(null)));
            List<SocketChannel> clients = new ArrayList<>();
            try (ServerSocketChannel server = servers.getFirst()) {
                namespaces.loseAll();
                NetworkNamespaces.enter(namespaces.left(), () -> clients.add(connecting(port(server))));
                try (SocketChannel client = clients.getFirst()) {
                    start();
                    FlowColumns connecting = fresh(port(server));
                    int at = client(port(server), connecting);
                    assertEquals(TcpState.SYN_SENT.mib(), connecting.number(FlowField.STATE, at));
                    namespaces.loseNothing();
                    Waiting.until("it to come", client::finishConnect);
                    try (SocketChannel _ = server.accept()) {
                        assertOpenedActively(fresh(port(server)), port(server));
                    }
                }
            }
        }
    }

    private static SocketChannel connecting(int port) throws IOException {
        SocketChannel client = SocketChannel.open();
        client.configureBlocking(false);
        assertFalse(client.connect(new java.net.InetSocketAddress(LinkedNamespaces.RIGHT_IPV4, port)));
        return client;
    }

    /** By the one end and not by the other; both know the same first sequence numbers, and have no octet to send. */
    private static void assertOpenedActively(FlowColumns flows, int port) {
        assertEquals(2, of(port, flows).size());
        int client = client(port, flows);
        int accepted =
                of(port, flows).stream().filter(i -> i != client).findFirst().orElseThrow();
        assertEquals(1, flows.number(FlowField.ACTIVE_OPEN, client));
        assertEquals(0, flows.number(FlowField.ACTIVE_OPEN, accepted));
        assertEquals(flows.number(FlowField.RCV_INITIAL, accepted), flows.number(FlowField.SND_INITIAL, client));
        assertEquals(flows.number(FlowField.SND_INITIAL, accepted), flows.number(FlowField.RCV_INITIAL, client));
        assertEquals(0, flows.number(FlowField.BYTES_ACKED, client));
        assertEquals(0, flows.number(FlowField.SEND_QUEUE, client));
    }
}
