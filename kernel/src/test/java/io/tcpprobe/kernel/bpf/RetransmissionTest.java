package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Retransmissions by cause, against what the kernel counts of a namespace with one connection. */
class RetransmissionTest {
    private static Transfer transfer(LinkedNamespaces namespaces, int bytes) throws IOException {
        return new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, bytes);
    }

    /** The row as the programs have left it: no sweep is made. */
    private static FlowRow unswept(BpfSource source, int port) {
        return FlowRow.of(FlowColumns.copyOf(source.rows()), port, true);
    }

    private static FlowRow swept(BpfSource source, int port, boolean client) throws IOException {
        source.refreshNow();
        return FlowRow.of(FlowColumns.copyOf(source.rows()), port, client);
    }

    private static long sum(FlowRow flow) {
        return flow.get(FlowField.RETRANS_TIMEOUT)
                + flow.get(FlowField.RETRANS_FAST)
                + flow.get(FlowField.RETRANS_PROBE)
                + flow.get(FlowField.RETRANS_HANDSHAKE);
    }

    /**
     * Returns how many retransmissions the kernel counts in their sum, but by none of their causes. Once the row had one fast
     * retransmission more than TCPFastRetrans; why is not known, and 25 runs under load did not repeat it.
     */
    private static long withoutCause(LinkedNamespaces namespaces) throws IOException {
        long withCause = 0;
        for (String cause : new String[] {"TCPFastRetrans", "TCPSlowStartRetrans", "TCPTimeouts", "TCPLossProbes"}) {
            withCause += namespaces.leftCounted(cause);
        }
        return Math.max(0, namespaces.leftCounted("RetransSegs") - withCause);
    }

    @Test
    void shouldCountFastRetransmissions() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings())) {
            namespaces.lose();
            try (Transfer transfer = transfer(namespaces, 6_000_000)) {
                FlowRow sender = swept(source, transfer.port(), true);
                long counted = namespaces.leftCounted("TCPFastRetrans");
                assertEquals(namespaces.leftCounted("RetransSegs"), sender.get(FlowField.RETRANS));
                long fast = sender.get(FlowField.RETRANS_FAST);
                long more = withoutCause(namespaces);
                assertTrue(
                        fast >= counted && fast <= counted + more,
                        () -> fast + " in the row, " + counted + " counted by the kernel, " + more
                                + " without a cause");
                assertTrue(sender.get(FlowField.RETRANS_FAST) > 0, "1 % of 4000 segments was lost");
                assertEquals(sender.get(FlowField.RETRANS), sum(sender));
            }
        }
    }

    @Test
    void shouldShowThatAPeerIsSilentWhileItIs() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings());
                Transfer transfer = transfer(namespaces, 1000)) {
            assertEquals(0, swept(source, transfer.port(), true).get(FlowField.UNACKED));
            namespaces.loseAll();
            transfer.send(1000);
            long end = System.nanoTime() + 20_000_000_000L;
            while (unswept(source, transfer.port()).get(FlowField.RETRANSMITS) < 2) {
                assertTrue(System.nanoTime() - end < 0, "the row does not show it");
                Thread.sleep(20);
            }
            FlowRow silent = unswept(source, transfer.port());
            assertEquals(1, silent.get(FlowField.UNACKED));
            assertTrue(silent.get(FlowField.BACKOFF) >= 1);
            assertTrue(silent.get(FlowField.TIMEOUTS) >= 2);
            assertTrue(silent.get(FlowField.RETRANS_TIMEOUT) >= 2);
            namespaces.loseNothing();
            transfer.awaitAcknowledged(
                    () -> swept(source, transfer.port(), true).get(FlowField.UNACKED) == 0);
            FlowRow after = swept(source, transfer.port(), true);
            assertEquals(namespaces.leftCounted("TCPLossProbes"), after.get(FlowField.RETRANS_PROBE));
            assertEquals(1, after.get(FlowField.RETRANS_PROBE));
            assertEquals(after.get(FlowField.RETRANS), sum(after));
        }
    }

    @Test
    void shouldCountSyns() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings())) {
            namespaces.loseAll();
            CompletableFuture<Transfer> opening = Transfer.opening(namespaces, 1000);
            Waiting.until("a SYN", () -> namespaces.leftCounted("ActiveOpens") > 0);
            namespaces.loseNothing();
            try (Transfer transfer = opening.get(20, TimeUnit.SECONDS)) {
                FlowRow client = swept(source, transfer.port(), true);
                assertEquals(namespaces.leftCounted("TCPSynRetrans"), client.get(FlowField.RETRANS_HANDSHAKE));
                assertTrue(client.get(FlowField.RETRANS_HANDSHAKE) >= 1);
                assertEquals(client.get(FlowField.RETRANS), sum(client));
                FlowRow server = swept(source, transfer.port(), false);
                assertEquals(0, server.get(FlowField.RETRANS_HANDSHAKE));
            }
        }
    }

    @Test
    void shouldCountSynAcks() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings())) {
            namespaces.loseAnswers();
            CompletableFuture<Transfer> opening = Transfer.opening(namespaces, 1000);
            Thread.sleep(300);
            namespaces.loseNoAnswers();
            try (Transfer transfer = opening.get(20, TimeUnit.SECONDS)) {
                FlowRow server = swept(source, transfer.port(), false);
                assertEquals(namespaces.rightCounted("TCPSynRetrans"), server.get(FlowField.RETRANS_HANDSHAKE));
                assertTrue(server.get(FlowField.RETRANS_HANDSHAKE) >= 1);
                assertEquals(0, server.get(FlowField.ACTIVE_OPEN));
            }
        }
    }

    private static void sendUntilClosed(Transfer transfer) {
        try {
            transfer.send(2_000_000);
        } catch (IOException closed) {
            assertFalse(closed.toString().isEmpty());
        }
    }

    @Test
    void shouldCountProbesOfAZeroWindow() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings())) {
            Transfer transfer = transfer(namespaces, 1000);
            try (transfer) {
                Thread.ofPlatform().start(() -> sendUntilClosed(transfer));
                long end = System.nanoTime() + 20_000_000_000L;
                while (namespaces.leftCounted("TCPWinProbe") < 3) {
                    assertTrue(System.nanoTime() - end < 0, "no probes are sent");
                    Thread.sleep(50);
                }
                Thread.sleep(100); // the next one comes later than that
                FlowRow sender = swept(source, transfer.port(), true);
                assertEquals(namespaces.leftCounted("TCPWinProbe"), sender.get(FlowField.ZERO_WINDOW_PROBES));
                assertEquals(0, sender.get(FlowField.SEND_WINDOW));
            }
        }
    }
}
