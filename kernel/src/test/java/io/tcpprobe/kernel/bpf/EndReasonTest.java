package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every way of ending a connection and of failing to open one, made on purpose, at both endpoints. */
class EndReasonTest {
    private static final int ECONNREFUSED = 111;

    /** What both endpoints do to a connection. */
    @FunctionalInterface
    private interface Ending {
        void end(Socket client, Socket accepted) throws Exception;
    }

    private static void shouldBe(EndReason atClient, EndReason atServer, Ending ending) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                BpfSource source = Bpf.open(Bpf.settings("port=" + server.getLocalPort()));
                EndedRows ended = new EndedRows(source, FlowListener.Change.ENDED);
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            source.refreshNow();
            FlowRow alive = FlowRow.of(FlowColumns.copyOf(source.rows()), server.getLocalPort(), true);
            assertFalse(alive.has(FlowField.END_REASON));
            ending.end(client, accepted);
            assertEquals(Optional.of(atClient), ended.reason(server.getLocalPort(), true));
            assertEquals(Optional.of(atServer), ended.reason(server.getLocalPort(), false));
        }
    }

    @Test
    void shouldSeeWhoClosesFirst() throws Exception {
        shouldBe(EndReason.FIN_SENT, EndReason.FIN_RECEIVED, (client, accepted) -> {
            client.close();
            assertEquals(-1, accepted.getInputStream().read());
            accepted.close();
        });
        shouldBe(EndReason.FIN_RECEIVED, EndReason.FIN_SENT, (client, accepted) -> {
            accepted.shutdownOutput();
            assertEquals(-1, client.getInputStream().read());
            client.getOutputStream().write(new byte[1009]); // in the half-closed state
            client.close();
            accepted.getInputStream().skipNBytes(1009);
            accepted.close();
        });
    }

    @Test
    void shouldSeeAResetByLinger() throws Exception {
        shouldBe(EndReason.RESET_SENT, EndReason.RESET_RECEIVED, (client, _) -> {
            client.setSoLinger(true, 0);
            client.close();
        });
    }

    @Test
    void shouldSeeAResetBecauseOfUnreadData() throws Exception {
        shouldBe(EndReason.RESET_RECEIVED, EndReason.RESET_SENT, (client, accepted) -> {
            client.getOutputStream().write(1);
            while (accepted.getInputStream().available() == 0) {
                Thread.sleep(10);
            }
            accepted.close();
        });
    }

    /** The FIN came first, and unread data was there: RST and not FIN is what the peer sees. */
    @Test
    void shouldSeeAResetAfterTheFinOfThePeer() throws Exception {
        shouldBe(EndReason.RESET_RECEIVED, EndReason.RESET_SENT, (client, accepted) -> {
            client.getOutputStream().write(1);
            client.shutdownOutput();
            while (accepted.getInputStream().available() == 0) {
                Thread.sleep(10);
            }
            accepted.setSoLinger(true, 0);
            accepted.close();
        });
    }

    @Test
    void shouldSeeTheTimeoutOfAPeerThatIsGone() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings());
                EndedRows ended = new EndedRows(source, FlowListener.Change.ENDED);
                Transfer transfer =
                        new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 1000)) {
            namespaces.sysctl("net/ipv4/tcp_retries2", "1");
            namespaces.loseAll();
            transfer.send(1000);
            assertEquals(Optional.of(EndReason.TIMED_OUT), ended.reason(transfer.port(), true));
        }
    }

    @Test
    void shouldSeeThatAnAdministratorDestroysASocket() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings());
                EndedRows ended = new EndedRows(source, FlowListener.Change.ENDED);
                Transfer transfer =
                        new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 1000)) {
            namespaces.destroyLeft(transfer.clientPort());
            assertEquals(Optional.of(EndReason.DESTROYED), ended.reason(transfer.port(), true));
            assertEquals(Optional.of(EndReason.RESET_RECEIVED), ended.reason(transfer.port(), false));
        }
    }

    private static long counted(BpfSource source, FlowStatistic statistic) {
        return source.statistics().getOrDefault(statistic, -1L);
    }

    /** Connects from the left side to the right one, in vain. */
    private static void connectInVain(LinkedNamespaces namespaces, int port) throws IOException {
        NetworkNamespaces.enter(namespaces.left(), () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(LinkedNamespaces.RIGHT_IPV4, port), 20_000);
                throw new AssertionError("it is connected");
            } catch (IOException expected) {
                assertTrue(expected instanceof ConnectException || expected instanceof NoRouteToHostException);
            }
        });
    }

    @Test
    void shouldReportAConnectThatIsRefused() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("port=7013"));
                EndedRows failed = new EndedRows(source, FlowListener.Change.FAILED)) {
            for (int i = 0; i < 3; i++) {
                connectInVain(namespaces, 7013);
            }
            assertEquals(Optional.of(EndReason.CONNECTION_REFUSED), failed.reason(7013, true));
            FlowRow row = failed.await(7013, true);
            assertEquals(ECONNREFUSED, row.get(FlowField.SOCKET_ERROR));
            assertEquals(ProcessHandle.current().pid(), row.get(FlowField.PID));
            byte[] right = InetAddress.getByName(LinkedNamespaces.RIGHT_IPV4).getAddress();
            assertEquals(
                    InetAddress.getByAddress(right),
                    InetAddress.getByAddress(
                            row.flows().address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, row.at())));
            assertEquals(3, counted(source, FlowStatistic.CONNECTS_REFUSED));
            assertEquals(3, failed.rows(7013, true).size());
        }
    }

    @Test
    void shouldReportAConnectThatIsNotAnswered() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("port=7019"));
                EndedRows failed = new EndedRows(source, FlowListener.Change.FAILED)) {
            namespaces.sysctl("net/ipv4/tcp_syn_retries", "1");
            namespaces.loseAll();
            connectInVain(namespaces, 7019);
            assertEquals(Optional.of(EndReason.CONNECT_TIMED_OUT), failed.reason(7019, true));
            FlowRow row = failed.await(7019, true);
            assertEquals(namespaces.leftCounted("TCPSynRetrans"), row.get(FlowField.RETRANS));
            long took = row.get(FlowField.SAMPLED) - row.get(FlowField.FIRST_SEEN);
            assertTrue(took > 1_500_000_000L, took + " ns from the first SYN to the timeout");
            assertEquals(1, counted(source, FlowStatistic.CONNECTS_TIMED_OUT));
        }
    }

    @Test
    void shouldReportAConnectToAnUnreachablePeer() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("port=7027"));
                EndedRows failed = new EndedRows(source, FlowListener.Change.FAILED)) {
            namespaces.rejectAll();
            connectInVain(namespaces, 7027);
            assertEquals(Optional.of(EndReason.UNREACHABLE), failed.reason(7027, true));
            assertEquals(1, counted(source, FlowStatistic.CONNECTS_UNREACHABLE));
        }
    }

    /** A sweep saw it connecting: it is reported once, as the end of its flow. */
    @Test
    void shouldReportAConnectThatIsCancelled() throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings("port=7039"));
                EndedRows failed = new EndedRows(source, FlowListener.Change.FAILED);
                EndedRows ended = new EndedRows(source, FlowListener.Change.ENDED)) {
            namespaces.loseAll();
            NetworkNamespaces.enter(namespaces.left(), () -> {
                try (SocketChannel opening = SocketChannel.open()) {
                    opening.configureBlocking(false);
                    opening.connect(new InetSocketAddress(LinkedNamespaces.RIGHT_IPV4, 7039));
                    source.refreshNow();
                }
            });
            assertEquals(Optional.of(EndReason.CONNECT_CANCELLED), ended.reason(7039, true));
            assertEquals(List.of(), failed.rows(7039, true));
            assertEquals(1, counted(source, FlowStatistic.CONNECTS_OTHER));
        }
    }
}
