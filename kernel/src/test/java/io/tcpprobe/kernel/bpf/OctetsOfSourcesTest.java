package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SYN and FIN are no bytes, a window is what the header can carry, and options are the same, whatever the source. */
class OctetsOfSourcesTest {
    private static final int BYTES = 1009;
    private static final List<FlowField> RECEIVED = List.of(
            FlowField.BYTES_RECEIVED, FlowField.RECEIVE_QUEUE, FlowField.RECEIVE_QUEUE_MAX, FlowField.QUEUED_FLAGS);
    private static final List<FlowField> SENT =
            List.of(FlowField.BYTES_ACKED, FlowField.SEND_QUEUE, FlowField.NOT_SENT, FlowField.QUEUED_FLAGS);
    private static final List<FlowField> OPENED =
            List.of(FlowField.BYTES_ACKED, FlowField.BYTES_RECEIVED, FlowField.OPTIONS);
    private static final int FAST_OPEN_BITS = 32 | 128;

    /** The sources that read sockets; BPF_LATE is started when the connections are there. */
    enum Which {
        BPF,
        BPF_LATE,
        DIAG
    }

    private final SettingStore settings = Bpf.settings("probetime=0", "probe.namespaces=0");
    private FlowSource source;

    OctetsOfSourcesTest() throws Exception {}

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
    }

    /** Opens the source if this is its time: before there are connections, or after. diag shows one namespace. */
    private void open(Which which, boolean before, Path namespace) throws Exception {
        if (before == (which != Which.BPF_LATE)) {
            source = which == Which.DIAG
                    ? in(namespace, () -> DiagSource.open(settings, System::nanoTime))
                    : Bpf.open(settings);
        }
    }

    /** Something that is made inside a namespace. */
    @FunctionalInterface
    private interface Making<T> {
        T make() throws IOException;
    }

    private static <T> T in(Path namespace, Making<T> making) throws IOException {
        List<T> made = new ArrayList<>();
        NetworkNamespaces.enter(namespace, () -> made.add(making.make()));
        return made.getFirst();
    }

    private static InetAddress right() throws IOException {
        return InetAddress.getByName(LinkedNamespaces.RIGHT_IPV4);
    }

    /** Waits until the flow between two ports meets a condition, and returns these fields of it. */
    private Map<FlowField, Long> await(
            int local, int remote, List<FlowField> fields, Predicate<Map<FlowField, Long>> so) throws Exception {
        return Waiting.until(
                "the flow", () -> values(local, remote, fields), values -> !values.isEmpty() && so.test(values));
    }

    /** These fields of the flow between two ports, and its state; empty if there is none. */
    private Map<FlowField, Long> values(int local, int remote, List<FlowField> fields) throws IOException {
        source.refresh();
        FlowColumns flows = FlowColumns.copyOf(source.rows());
        Map<FlowField, Long> values = new TreeMap<>();
        for (int i = 0; i < flows.size(); i++) {
            if (flows.number(FlowField.LOCAL_PORT, i) == local && flows.number(FlowField.REMOTE_PORT, i) == remote) {
                values.put(FlowField.STATE, flows.number(FlowField.STATE, i));
                for (FlowField field : fields) {
                    values.put(field, flows.number(field, i));
                }
            }
        }
        return values;
    }

    private static Predicate<Map<FlowField, Long>> in(TcpState state) {
        return values -> values.get(FlowField.STATE) == state.mib();
    }

    private static Map<FlowField, Long> values(TcpState state, List<FlowField> fields, long... numbers) {
        Map<FlowField, Long> values = new TreeMap<>(Map.of(FlowField.STATE, (long) state.mib()));
        for (int i = 0; i < numbers.length; i++) {
            values.put(fields.get(i), numbers[i]);
        }
        return values;
    }

    /** A peer sends 0 or 5 bytes and closes; they are unread at first, then read. */
    @ParameterizedTest
    @EnumSource
    void shouldNotCountAFin(Which which) throws Exception {
        Path here = Path.of("/proc/self/ns/net");
        for (int bytes : new int[] {0, 5}) {
            open(which, true, here);
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                    Socket accepted = server.accept()) {
                client.getOutputStream().write(new byte[bytes]);
                client.shutdownOutput();
                open(which, false, here);
                int from = client.getLocalPort();
                int to = server.getLocalPort();
                assertEquals(
                        values(TcpState.CLOSE_WAIT, RECEIVED, bytes, bytes, bytes, 1),
                        await(to, from, RECEIVED, in(TcpState.CLOSE_WAIT)));
                assertEquals(
                        values(TcpState.FIN_WAIT_2, SENT, bytes, 0, 0, 0),
                        await(from, to, SENT, in(TcpState.FIN_WAIT_2)));
                assertEquals(bytes, accepted.getInputStream().readAllBytes().length);
                assertEquals(
                        values(TcpState.CLOSE_WAIT, RECEIVED, bytes, 0, bytes, 0),
                        await(to, from, RECEIVED, got -> got.get(FlowField.QUEUED_FLAGS) == 0));
            }
            source.close();
            source = null;
        }
    }

    /** The peer is unreachable: written bytes stay in the queue, and the FIN after them; and a SYN. */
    @ParameterizedTest
    @EnumSource
    void shouldNotCountASynOrFinThatWaits(Which which) throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces();
                ServerSocket server = in(namespaces.right(), () -> new ServerSocket(0, 5, right()))) {
            open(which, true, namespaces.left());
            int port = server.getLocalPort();
            InetSocketAddress to = new InetSocketAddress(right(), port);
            try (SocketChannel closing = in(namespaces.left(), () -> SocketChannel.open(to));
                    Socket accepted = server.accept();
                    SocketChannel opening = in(namespaces.left(), SocketChannel::open)) {
                namespaces.loseAll();
                closing.write(ByteBuffer.allocate(BYTES));
                closing.shutdownOutput();
                opening.configureBlocking(false);
                opening.bind(new InetSocketAddress(LinkedNamespaces.LEFT_IPV4, 0));
                opening.connect(to);
                open(which, false, namespaces.left());
                assertEquals(
                        values(TcpState.FIN_WAIT_1, SENT, 0, BYTES, 0, 2),
                        await(closing.socket().getLocalPort(), port, SENT, in(TcpState.FIN_WAIT_1)));
                assertEquals(
                        values(TcpState.SYN_SENT, SENT, 0, 0, 0, 2),
                        await(opening.socket().getLocalPort(), port, SENT, in(TcpState.SYN_SENT)));
                assertEquals(closing.socket().getLocalPort(), accepted.getPort());
            }
        }
    }

    /** Without window scaling the header carries 16 bits, and the kernel counts on when the application reads fast. */
    @ParameterizedTest
    @EnumSource
    void shouldShowTheWindowThatIsSent(Which which) throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces()) {
            namespaces.sysctl("net/ipv4/tcp_window_scaling", "0");
            open(which, true, namespaces.right());
            try (Transfer transfer =
                    new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 20_000_000)) {
                open(which, false, namespaces.right());
                List<FlowField> windows =
                        List.of(FlowField.RECEIVE_WINDOW, FlowField.RECEIVE_WINDOW_MAX, FlowField.RECEIVE_SSTHRESH);
                Map<FlowField, Long> receiver =
                        await(transfer.port(), transfer.clientPort(), windows, in(TcpState.ESTABLISHED));
                assertTrue(receiver.get(FlowField.RECEIVE_SSTHRESH) > 65535, "the kernel would give more: " + receiver);
                assertEquals(65535, receiver.get(FlowField.RECEIVE_WINDOW));
                assertEquals(65535, receiver.get(FlowField.RECEIVE_WINDOW_MAX));
            }
        }
    }

    /** 32: the data in the SYN was acknowledged; 128: the peer opened the connection with it, if the kernel remembers that. */
    @ParameterizedTest
    @EnumSource
    void shouldShowFastOpenAndCountItsData(Which which) throws Exception {
        Bpf.requireNamespaces();
        try (LinkedNamespaces namespaces = new LinkedNamespaces()) {
            namespaces.sysctl("net/ipv4/tcp_fastopen", "1543"); // both sides, any listener, no cookies
            open(which, true, namespaces.left());
            ServerSocket server = in(namespaces.right(), () -> new ServerSocket(0, 5, right()));
            int port = server.getLocalPort();
            try (server;
                    FastOpenClient _ = in(namespaces.left(), () -> new FastOpenClient(right(), port, BYTES));
                    Socket accepted = server.accept()) {
                assertEquals(BYTES, accepted.getInputStream().readNBytes(BYTES).length);
                int from = accepted.getPort();
                open(which, false, namespaces.left());
                Map<FlowField, Long> client = await(
                        from,
                        port,
                        OPENED,
                        got -> got.get(FlowField.BYTES_ACKED) == BYTES && (got.get(FlowField.OPTIONS) & 32) != 0);
                assertEquals(BYTES, client.get(FlowField.BYTES_ACKED));
                assertEquals(32, client.get(FlowField.OPTIONS) & FAST_OPEN_BITS);
                assertEquals(0, client.get(FlowField.BYTES_RECEIVED));
                source.close();
                source = null;
                long remembered;
                try (DiagSource diag = in(namespaces.right(), () -> DiagSource.open(settings, System::nanoTime))) {
                    FlowColumns flows = FlowColumns.copyOf(diag.rows());
                    assertEquals(1, flows.size());
                    remembered = flows.number(FlowField.OPTIONS, 0) & 128;
                }
                source = which == Which.DIAG
                        ? in(namespaces.right(), () -> DiagSource.open(settings, System::nanoTime))
                        : Bpf.open(settings);
                Map<FlowField, Long> accepting = await(port, from, OPENED, in(TcpState.ESTABLISHED));
                assertEquals(32 | remembered, accepting.get(FlowField.OPTIONS) & FAST_OPEN_BITS);
                assertEquals(BYTES, accepting.get(FlowField.BYTES_RECEIVED));
                assertEquals(0, accepting.get(FlowField.BYTES_ACKED));
            }
        }
    }
}
