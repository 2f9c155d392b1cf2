package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Compares what only a per-segment source can count with the kernel's counters of a namespace with one connection. */
class SegmentWatchTest {
    private static final int BYTES = 6_000_000;

    /** Segments that opened the connection: no program is shown these. */
    private static final int HANDSHAKE = 1;

    private static FlowRow row(BpfSource source, int port, boolean client) throws IOException {
        source.refreshNow();
        return FlowRow.of(FlowColumns.copyOf(source.rows()), port, client);
    }

    @Test
    void shouldCountWhatLossMakes() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0"))) {
            namespaces.lose();
            try (Transfer transfer = transfer(namespaces)) {
                FlowRow sender = row(source, transfer.port(), true);
                long recoveries = namespaces.leftCounted("TCPSackRecovery") + namespaces.leftCounted("TCPRenoRecovery");
                assertTrue(recoveries > 0, "1 % of 4000 segments lost, and no recovery");
                assertCounted(recoveries, sender, FlowField.FAST_RETRANSMITS, namespaces);
                assertEquals(namespaces.leftCounted("TCPTimeouts"), sender.get(FlowField.TIMEOUTS));
                long signals = sender.get(FlowField.CONGESTION_SIGNALS);
                long causes =
                        recoveries + sender.get(FlowField.TIMEOUTS) + namespaces.leftCounted("TCPLossProbeRecovery");
                assertTrue(signals > 0 && signals <= causes, signals + " signals of " + causes + " causes");
                assertTrue(sender.get(FlowField.PRE_CONG_CWND) > 0);
                assertTrue(sender.get(FlowField.POST_CONG_RTTS) > 0);
                assertTrue(sender.get(FlowField.DUP_ACKS_RECEIVED) >= recoveries);
                assertTrue(sender.get(FlowField.SLOW_STARTS) > 0);
                FlowRow receiver = row(source, transfer.port(), false);
                long queued = namespaces.rightCounted("TCPOFOQueue"); // several segments can be queued as one
                assertTrue(receiver.get(FlowField.OUT_OF_ORDER) >= queued && queued > 0, queued + " out of order");
                long episodes = receiver.get(FlowField.DUP_ACK_EPISODES);
                assertTrue(episodes <= receiver.get(FlowField.OUT_OF_ORDER), episodes + " episodes");
                // a recovery can follow the one before without an episode: its loss was reported by SACKs of the one
                // before
                assertTrue(episodes > recoveries / 2, episodes + " episodes, " + recoveries + " recoveries");
            }
        }
    }

    @Test
    void shouldCountTimeouts() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0"));
                Transfer transfer = transfer(namespaces)) {
            namespaces.loseAll();
            transfer.send(1000);
            Waiting.until("two timeouts", () -> namespaces.leftCounted("TCPTimeouts") >= 2);
            namespaces.loseNothing();
            transfer.awaitAcknowledged(() -> row(source, transfer.port(), true).get(FlowField.UNACKED) == 0);
            FlowRow sender = row(source, transfer.port(), true);
            long timeouts = sender.get(FlowField.TIMEOUTS);
            assertEquals(1, sender.get(FlowField.TIMEOUT_RECOVERIES), "one row of them");
            assertEquals(0, sender.get(FlowField.SPURIOUS_TIMEOUTS), "it was lost indeed");
            assertTrue(timeouts >= 2, timeouts + " timeouts");
            assertEquals(namespaces.leftCounted("TCPTimeouts"), timeouts);
        }
    }

    @Test
    void shouldCountTimeoutsThatWereNeedless() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0"));
                Transfer transfer = transfer(namespaces)) {
            namespaces.loseAnswers();
            transfer.send(20_000);
            Waiting.until("a timeout", () -> namespaces.leftCounted("TCPTimeouts") > 0);
            namespaces.loseNoAnswers();
            transfer.awaitAcknowledged(() -> row(source, transfer.port(), true).get(FlowField.UNACKED) == 0);
            FlowRow sender = row(source, transfer.port(), true);
            long undone = namespaces.leftCounted("TCPLossUndo");
            assertTrue(undone > 0, "the kernel took nothing back");
            assertCounted(undone, sender, FlowField.SPURIOUS_TIMEOUTS, namespaces);
        }
    }

    @Test
    void shouldKeepExtremesAndFieldsOfIpHeaders() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0"))) {
            namespaces.lose();
            try (Transfer transfer = transfer(namespaces)) {
                FlowRow sender = row(source, transfer.port(), true);
                long mss = sender.get(FlowField.MSS);
                assertTrue(sender.get(FlowField.PIPE_MAX) >= 10 * mss, "more than the first window was on its way");
                assertTrue(sender.get(FlowField.RETRANSMIT_QUEUE_MAX) >= sender.get(FlowField.PIPE_MAX));
                assertTrue(sender.get(FlowField.SSTHRESH_MIN) <= sender.get(FlowField.SSTHRESH) * mss);
                assertTrue(sender.get(FlowField.SSTHRESH_MAX) >= sender.get(FlowField.SSTHRESH) * mss);
                assertTrue(sender.get(FlowField.RTO_MIN) <= sender.get(FlowField.RTO_MAX));
                assertTrue(sender.get(FlowField.RTT_MIN) <= sender.get(FlowField.RTT_MAX));
                assertEquals(64, sender.get(FlowField.TTL_RECEIVED));
                FlowRow receiver = row(source, transfer.port(), false);
                assertTrue(receiver.get(FlowField.REASSEMBLY_QUEUE_MAX) >= mss, "a gap, and data after it");
                assertEquals(0, receiver.get(FlowField.REASSEMBLY_QUEUE), "all has come");
                assertTrue(receiver.get(FlowField.RECEIVE_WINDOW_MAX) >= receiver.get(FlowField.RECEIVE_WINDOW));
            }
        }
    }

    @Test
    void shouldCountCongestionReportedByRouters() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0"))) {
            namespaces.congest();
            try (Transfer transfer = transfer(namespaces)) {
                FlowRow sender = row(source, transfer.port(), true);
                assertEquals(8, sender.get(FlowField.OPTIONS) & 8, "ECN was agreed upon");
                assertEquals(namespaces.leftCounted("TCPDeliveredCE"), sender.get(FlowField.DELIVERED_CE));
                assertTrue(sender.get(FlowField.DELIVERED_CE) > 0, "packets were marked");
                assertTrue(sender.get(FlowField.CONGESTION_SIGNALS) > 0);
                long recoveries = namespaces.leftCounted("TCPSackRecovery"); // a mark is a signal, and no loss
                assertCounted(recoveries, sender, FlowField.FAST_RETRANSMITS, namespaces);
            }
        }
    }

    /** The segments of a half-closed connection are not shown to the program: sweeps see what they have changed. */
    @Test
    void shouldFollowAHalfClosedConnection() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                BpfSource source = Bpf.open(Bpf.settings("probetime=0", "port=" + server.getLocalPort()));
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket sender = server.accept()) {
            client.shutdownOutput();
            Thread writer = Thread.ofPlatform().start(() -> write(sender));
            client.getInputStream().skipNBytes(BYTES);
            writer.join();
            FlowRow receiver = row(source, server.getLocalPort(), true);
            assertEquals(BYTES, receiver.get(FlowField.BYTES_RECEIVED));
            assertEquals(7, receiver.get(FlowField.STATE), "finWait2");
            FlowRow closeWait = row(source, server.getLocalPort(), false);
            assertEquals(BYTES, closeWait.get(FlowField.BYTES_ACKED));
            assertEquals(8, closeWait.get(FlowField.STATE), "closeWait");
            long max = closeWait.get(FlowField.RTT_MAX);
            assertTrue(max < 5_000_000, max + " us: many round-trip times are not taken for one");
            assertTrue(closeWait.get(FlowField.LAST_SEEN) > closeWait.get(FlowField.FIRST_SEEN));
        }
    }

    @Test
    void shouldReportTheOpeningOfAConnectionThatASweepSawConnecting() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("probetime=0"))) {
            namespaces.loseAll();
            CompletableFuture<Transfer> opening = Transfer.opening(namespaces, 10_000);
            Waiting.until("a SYN", () -> namespaces.leftCounted("ActiveOpens") > 0);
            source.refreshNow(); // the SYN is lost; it is sent again after a second
            namespaces.loseNothing();
            try (Transfer transfer = opening.get(20, TimeUnit.SECONDS)) {
                FlowRow client = row(source, transfer.port(), true);
                assertTrue(client.has(FlowField.ACTIVE_OPEN), "its opening was seen");
                assertEquals(1, client.get(FlowField.ACTIVE_OPEN));
                assertEquals(5, client.get(FlowField.STATE), "established");
                FlowRow server = row(source, transfer.port(), false);
                assertEquals(server.get(FlowField.RCV_INITIAL), client.get(FlowField.SND_INITIAL));
                assertEquals(client.get(FlowField.RCV_INITIAL), server.get(FlowField.SND_INITIAL));
            }
        }
    }

    @Test
    void shouldFindTheOwnerOfAConnectionThatIsAcceptedLater() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                BpfSource source = Bpf.open(Bpf.settings("probetime=0", "port=" + server.getLocalPort()));
                Socket _ = new Socket(server.getInetAddress(), server.getLocalPort())) {
            FlowRow waiting = row(source, server.getLocalPort(), false);
            assertFalse(waiting.has(FlowField.PID), "no process has it open");
            try (Socket _ = server.accept()) {
                source.refreshNow(); // sees that it was accepted
                FlowRow accepted = row(source, server.getLocalPort(), false);
                assertTrue(accepted.has(FlowField.PID), "the next sweep for owners found it");
                assertEquals(ProcessHandle.current().pid(), accepted.get(FlowField.PID));
            }
        }
    }

    @Test
    void shouldCountEachTimeAWindowShuts() throws Exception {
        try (ServerSocket server = new ServerSocket()) {
            server.setReceiveBufferSize(32 * 1024);
            server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (BpfSource source = Bpf.open(Bpf.settings("probetime=0", "port=" + server.getLocalPort()));
                    Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                    Socket reader = server.accept()) {
                for (int time = 1; time <= 2; time++) {
                    Thread writer = Thread.ofPlatform().start(() -> write(client));
                    long times = time;
                    Waiting.until(
                            "a window that has shut, at both ends: the receiver's is seen at the next segment, a probe",
                            () -> row(source, server.getLocalPort(), true).get(FlowField.ZERO_WINDOWS_RECEIVED) >= times
                                    && row(source, server.getLocalPort(), false).get(FlowField.ZERO_WINDOWS_SENT)
                                            >= times);
                    reader.getInputStream().skipNBytes(BYTES);
                    writer.join();
                    FlowRow sender = row(source, server.getLocalPort(), true);
                    FlowRow receiver = row(source, server.getLocalPort(), false);
                    long received = sender.get(FlowField.ZERO_WINDOWS_RECEIVED);
                    assertTrue(received >= time, received + " zero windows received");
                    assertTrue(receiver.get(FlowField.ZERO_WINDOWS_SENT) >= time);
                    assertTrue(sender.get(FlowField.RWIN_LIMITS) >= time);
                }
            }
        }
    }

    private static void write(Socket socket) {
        try {
            socket.getOutputStream().write(new byte[BYTES]);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Expects what the kernel counted. While another program is attached to a tracepoint, the kernel can leave the tracepoint out
     * for some milliseconds: no program sees these segments, and each may have been one that counts.
     */
    private static void assertCounted(long expected, FlowRow sender, FlowField field, LinkedNamespaces namespaces)
            throws IOException {
        long notShown = sender.get(FlowField.SEGS_IN)
                - sender.get(FlowField.SEGMENTS_SEEN)
                - namespaces.leftCounted("TCPBacklogCoalesce")
                - namespaces.leftCounted("TCPBacklogDrop");
        long counted = sender.get(field);
        assertTrue(
                counted <= expected && counted >= expected - Math.max(0, notShown - HANDSHAKE),
                field + ": " + counted + " of " + expected + ", " + notShown + " segments not shown");
    }

    private static Transfer transfer(LinkedNamespaces namespaces) throws IOException {
        return new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, BYTES);
    }
}
