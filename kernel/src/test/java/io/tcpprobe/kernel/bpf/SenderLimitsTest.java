package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The fields that tell apart what limits a sender, each with a limit that was made on purpose. */
class SenderLimitsTest {
    private static final int SEND_BUFFER_FIXED = 1;
    private static final int RECEIVE_BUFFER_FIXED = 2;
    private static final int RWND_LIMITED = 2;
    private static final int ECONNRESET = 104;

    private static FlowRow row(FlowSource source, int port, boolean client) throws IOException {
        source.refresh();
        return FlowRow.of(FlowColumns.copyOf(source.rows()), port, client);
    }

    /** Closes a connection by a RST. */
    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @Test
    void shouldShowTheLimitOfThePacingRate() throws Exception {
        try (ServerSocket server = listen();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0", "port=" + server.getLocalPort()));
                DiagSource diag = DiagSource.open(
                        Bpf.settings("probetime=0", "port=" + server.getLocalPort()), System::nanoTime);
                FastOpenClient client = new FastOpenClient(server.getInetAddress(), server.getLocalPort(), 1);
                Socket _ = server.accept()) {
            for (FlowSource either : List.of(source, diag)) {
                assertFalse(row(either, server.getLocalPort(), true).has(FlowField.MAX_PACING_RATE), either.name());
            }
            client.limitPacing(1_000_003);
            for (FlowSource either : List.of(source, diag)) {
                FlowRow sender = row(either, server.getLocalPort(), true);
                assertEquals(1_000_003, sender.get(FlowField.MAX_PACING_RATE), either.name());
                assertFalse(row(either, server.getLocalPort(), false).has(FlowField.MAX_PACING_RATE), either.name());
            }
        }
    }

    @Test
    void shouldShowWhatTheApplicationHasFixed() throws Exception {
        try (ServerSocket server = listen();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0", "port=" + server.getLocalPort()));
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket _ = server.accept()) {
            int fixed = SEND_BUFFER_FIXED | RECEIVE_BUFFER_FIXED;
            assertEquals(0, row(source, server.getLocalPort(), true).get(FlowField.USER_LOCKS) & fixed);
            client.setSendBufferSize(64 * 1024);
            assertEquals(
                    SEND_BUFFER_FIXED, row(source, server.getLocalPort(), true).get(FlowField.USER_LOCKS) & fixed);
            client.setReceiveBufferSize(64 * 1024);
            assertEquals(fixed, row(source, server.getLocalPort(), true).get(FlowField.USER_LOCKS) & fixed);
        }
    }

    /** The reader does not read: the peer's window shuts, and then the send buffer is full. */
    @Test
    void shouldShowThatAWriterFindsNoSpaceAndWhichTimeRuns() throws Exception {
        try (ServerSocket server = listen();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0", "port=" + server.getLocalPort()));
                SocketChannel client =
                        SocketChannel.open(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
                Socket reader = server.accept()) {
            FlowRow idle = row(source, server.getLocalPort(), true);
            assertEquals(0, idle.get(FlowField.NO_SPACE));
            assertEquals(0, idle.get(FlowField.CHRONO_TYPE));
            client.setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
            client.configureBlocking(false);
            long written = 0;
            for (int refused = 0; refused < 20; ) {
                int more = client.write(ByteBuffer.allocate(100_000));
                written += more;
                if (more == 0) {
                    refused++;
                    Waiting.pause(Duration.ofMillis(20)); // in which the reader's kernel may take more
                }
            }
            FlowRow full = row(source, server.getLocalPort(), true);
            assertEquals(1, full.get(FlowField.NO_SPACE));
            assertEquals(RWND_LIMITED, full.get(FlowField.CHRONO_TYPE));
            reader.getInputStream().skipNBytes(written);
            FlowRow drained = row(source, server.getLocalPort(), true);
            assertEquals(0, drained.get(FlowField.NO_SPACE));
            assertEquals(0, drained.get(FlowField.CHRONO_TYPE));
        }
    }

    /** 20 Mbit/s and a queue of 50 ms in the sender's own namespace: what waits there is not in the network yet. */
    @Test
    void shouldShowWhatWaitsInTheQueueOfThisHost() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0"))) {
            namespaces.slow();
            try (Transfer transfer =
                    new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 1000)) {
                source.refreshNow();
                FlowRow idle = FlowRow.of(FlowColumns.copyOf(source.rows()), transfer.port(), true);
                assertEquals(0, idle.get(FlowField.SEND_MEMORY_ALLOCATED));
                Thread writer = Thread.ofPlatform().start(() -> transfer.exchangeUnchecked(2_000_000));
                Waiting.until("20 kB of a queue of 125 kB", () -> {
                    source.refreshNow();
                    FlowRow busy = FlowRow.of(FlowColumns.copyOf(source.rows()), transfer.port(), true);
                    return busy.get(FlowField.SEND_MEMORY_ALLOCATED) >= 20_000;
                });
                writer.join();
            }
        }
    }

    @Test
    void shouldShowTheErrorThatASocketHasNotReported() throws Exception {
        List<FlowColumns> ended = new CopyOnWriteArrayList<>();
        try (ServerSocket server = listen();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0", "port=" + server.getLocalPort()));
                FlowListener.Subscription _ = source.listen((change, flow) -> {
                            if (change == FlowListener.Change.ENDED) {
                                ended.add(FlowColumns.copyOf(flow));
                            }
                        })
                        .orElseThrow();
                Socket _ = new Socket(server.getInetAddress(), server.getLocalPort())) {
            assertFalse(row(source, server.getLocalPort(), true).has(FlowField.SOCKET_ERROR));
            reset(server.accept());
            Waiting.until("both ends to be closed", () -> ended.size() == 2);
            for (FlowColumns flow : ended) {
                boolean reset = flow.number(FlowField.REMOTE_PORT, 0) == server.getLocalPort();
                assertEquals(reset, flow.has(FlowField.SOCKET_ERROR, 0));
                assertEquals(reset ? ECONNRESET : 0, reset ? flow.number(FlowField.SOCKET_ERROR, 0) : 0);
            }
        }
    }

    /** The two sources read the same memory of the kernel in two ways. */
    @Test
    void shouldAgreeWithDiagOnTheControlGroup() throws Exception {
        try (ServerSocket server = listen();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0", "port=" + server.getLocalPort()));
                DiagSource diag = DiagSource.open(
                        Bpf.settings("probetime=0", "port=" + server.getLocalPort()), System::nanoTime);
                Socket _ = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket _ = server.accept()) {
            FlowRow byBpf = row(source, server.getLocalPort(), true);
            FlowRow byDiag = row(diag, server.getLocalPort(), true);
            assertEquals(byBpf.has(FlowField.CGROUP), byDiag.has(FlowField.CGROUP));
            assertEquals(byBpf.get(FlowField.CGROUP), byDiag.get(FlowField.CGROUP));
        }
    }
}
