package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.ResetReason;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The kernel's reasons for the RSTs that end connections, made on purpose. Kernels before Linux 6.10 do not report them. */
class ResetReasonTest {
    private static boolean reported() throws IOException {
        try (KernelTypes kernel = new KernelTypes(BpfObject.library())) {
            return kernel.hasEnum("sk_rst_reason");
        }
    }

    private static Optional<ResetReason> reason(FlowRow row) {
        return row.has(FlowField.RESET_REASON) ? ResetReason.of(row.get(FlowField.RESET_REASON)) : Optional.empty();
    }

    /** The only end of this endpoint has these reasons; on a kernel that does not report why it sends a RST, the first one. */
    private static void shouldBe(EndReason end, ResetReason reset, EndedRows ended, int port, boolean client)
            throws Exception {
        FlowRow row = ended.await(port, client);
        assertEquals(Optional.of(end), ended.reason(port, client));
        assertEquals(reported() ? Optional.of(reset) : Optional.empty(), reason(row));
        assertEquals(1, ended.rows(port, client).size());
    }

    /** What both endpoints do. */
    @FunctionalInterface
    private interface Ending {
        void end(Socket client, Socket accepted) throws Exception;
    }

    /** The client ends a connection in this way: it sends a RST for this reason, and the server receives that. */
    private static void clientShouldSend(ResetReason reset, Ending ending) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                BpfSource source = Bpf.open(Bpf.settings("port=" + server.getLocalPort()));
                EndedRows ended = new EndedRows(source, FlowListener.Change.ENDED);
                SocketChannel client = SocketChannel.open(server.getLocalSocketAddress());
                Socket accepted = server.accept()) {
            ending.end(client.socket(), accepted);
            shouldBe(EndReason.RESET_SENT, reset, ended, server.getLocalPort(), true);
            FlowRow peer = ended.await(server.getLocalPort(), false);
            assertEquals(Optional.of(EndReason.RESET_RECEIVED), ended.reason(server.getLocalPort(), false));
            assertFalse(peer.has(FlowField.RESET_REASON), "it sent none");
            Waiting.until("the end of both flows", () -> source.table().active() == 0);
        }
    }

    /** Sends to a socket that is not read, until it has no room. */
    private static void fill(Socket sender) throws IOException {
        SocketChannel channel = Objects.requireNonNull(sender.getChannel());
        channel.configureBlocking(false);
        ByteBuffer data = ByteBuffer.allocate(1 << 20);
        while (channel.write(data.clear()) > 0) {}
    }

    private static void sendUnread(Socket from, Socket to) throws IOException {
        from.getOutputStream().write(1);
        Waiting.until("data", () -> to.getInputStream().available() > 0);
    }

    @Test
    void shouldShowUnreadData() throws Exception {
        clientShouldSend(ResetReason.TCP_ABORT_ON_CLOSE, (client, accepted) -> {
            sendUnread(accepted, client);
            client.close();
        });
    }

    @Test
    void shouldShowLingerOfZero() throws Exception {
        clientShouldSend(ResetReason.TCP_STATE, (client, _) -> {
            client.setSoLinger(true, 0);
            client.close();
        });
    }

    /** The kernel frees the socket before it reports this one. */
    @Test
    void shouldShowDataAfterClose() throws Exception {
        clientShouldSend(ResetReason.TCP_ABORT_ON_DATA, (client, accepted) -> {
            fill(client); // the FIN waits behind it, so the socket is not yet a small one of FIN_WAIT_2
            client.close();
            accepted.getOutputStream().write(1);
        });
    }

    /** Connections in the accept queue are aborted with the listener. */
    @Test
    void shouldShowAListenerThatIsClosed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                BpfSource source = Bpf.open(Bpf.settings("port=" + server.getLocalPort()));
                EndedRows ended = new EndedRows(source, FlowListener.Change.ENDED);
                Socket _ = new Socket(server.getInetAddress(), server.getLocalPort())) {
            int port = server.getLocalPort();
            close(server);
            shouldBe(EndReason.RESET_SENT, ResetReason.TCP_STATE, ended, port, false);
        }
    }

    private static void close(ServerSocket listener) throws IOException {
        listener.close();
    }

    /** Ends a connection of two namespaces. */
    @FunctionalInterface
    private interface Interruption {
        void interrupt(LinkedNamespaces namespaces, Transfer transfer) throws Exception;
    }

    private static void senderShouldEnd(EndReason end, ResetReason reset, Interruption interruption) throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                BpfSource source = Bpf.open(Bpf.settings());
                EndedRows ended = new EndedRows(source, FlowListener.Change.ENDED);
                Transfer transfer =
                        new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 1000)) {
            interruption.interrupt(namespaces, transfer);
            shouldBe(end, reset, ended, transfer.port(), true);
        }
    }

    @Test
    void shouldShowAnAdministrator() throws Exception {
        senderShouldEnd(
                EndReason.DESTROYED,
                ResetReason.TCP_STATE,
                (namespaces, transfer) -> namespaces.destroyLeft(transfer.clientPort()));
    }

    @Test
    void shouldShowThatKeepaliveIsNotAnswered() throws Exception {
        senderShouldEnd(EndReason.TIMED_OUT, ResetReason.TCP_KEEPALIVE_TIMEOUT, (namespaces, transfer) -> {
            namespaces.loseAll();
            transfer.keepAlive(1, 1);
        });
    }

    /** Each connection ends once, and each RST has its reason. */
    @Test
    void shouldKeepEachOfMany() throws Exception {
        int connections = 1009;
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                BpfSource source = Bpf.open(Bpf.settings("port=" + server.getLocalPort()));
                EndedRows ended = new EndedRows(source, FlowListener.Change.ENDED)) {
            Assumptions.assumeTrue(reported(), "the kernel does not report why it sends a RST");
            int port = server.getLocalPort();
            for (int i = 0; i < connections; i++) {
                try (Socket client = new Socket(server.getInetAddress(), port);
                        Socket accepted = server.accept()) {
                    end(client, accepted, i % 3 == 0, i % 3 == 1);
                }
            }
            Waiting.until("all ends", () -> ended.rows(port, true).size() >= connections);
            assertEquals(connections, ended.rows(port, true).size());
            assertEquals(337, count(ended, port, ResetReason.TCP_ABORT_ON_CLOSE));
            assertEquals(336, count(ended, port, ResetReason.TCP_STATE));
            assertEquals(
                    336,
                    ended.rows(port, true).stream()
                            .filter(row -> reason(row).isEmpty())
                            .count());
        }
    }

    private static void end(Socket client, Socket accepted, boolean unread, boolean linger) throws IOException {
        if (unread) {
            sendUnread(accepted, client);
        }
        client.setSoLinger(linger, 0);
        client.close();
        awaitEnd(accepted);
    }

    private static void awaitEnd(Socket socket) throws IOException {
        try {
            assertEquals(-1, socket.getInputStream().read());
        } catch (SocketException reset) {
            assertFalse(reset.toString().isEmpty());
        }
    }

    private static long count(EndedRows ended, int port, ResetReason reason) {
        return ended.rows(port, true).stream()
                .filter(row -> reason(row).equals(Optional.of(reason)))
                .count();
    }
}
