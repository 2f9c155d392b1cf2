package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.WatchedFlows;
import io.tcpprobe.kernel.flow.WatchedFlows.Event;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The source diag reads other network namespaces: two, in each of which a server on the same address and port has one client. */
class DiagNamespacesTest {
    private static final int PORT = 20_011;
    private static final int CLIENT_PORT = 20_021;
    private static final int BYTES = 4_099;

    /** Values that stand still while a connection is idle. */
    private static final List<FlowField> VALUES = List.of(
            FlowField.STATE,
            FlowField.LOCAL_PORT,
            FlowField.REMOTE_PORT,
            FlowField.BYTES_ACKED,
            FlowField.BYTES_RECEIVED,
            FlowField.DATA_SEGS_OUT,
            FlowField.SEGS_IN,
            FlowField.CWND,
            FlowField.MSS,
            FlowField.INODE,
            FlowField.UID);

    private final AtomicLong clock = new AtomicLong(System.nanoTime());
    private final List<AutoCloseable> opened = new ArrayList<>();
    private LinkedNamespaces namespaces;
    private SettingStore settings;

    @BeforeEach
    void open() throws Exception {
        Bpf.requireNamespaces();
        namespaces = keep(new LinkedNamespaces());
        settings = Bpf.settings("probetime=0", "port=" + PORT, "probe.namespaces=1000");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        opened.add(one);
        return one;
    }

    /** A connection over the loopback interface of a namespace. */
    private record Connection(Socket client, Socket accepted) {}

    private Connection connect(Path namespace) throws IOException {
        List<Connection> made = new ArrayList<>();
        NetworkNamespaces.enter(namespace, () -> {
            InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            ServerSocket server = keep(new ServerSocket(PORT, 1, here));
            Socket client = keep(new Socket(here, PORT, here, CLIENT_PORT));
            Socket accepted = keep(server.accept());
            client.getOutputStream().write(new byte[BYTES]);
            accepted.getInputStream().readNBytes(BYTES);
            made.add(new Connection(client, accepted));
        });
        return made.getFirst();
    }

    private DiagSource diag() throws IOException {
        return keep(DiagSource.open(settings, clock::get));
    }

    private static FlowColumns refresh(FlowSource source) throws IOException {
        source.refresh();
        return FlowColumns.copyOf(source.rows());
    }

    /** Returns the values of all flows, by namespace, cookie and direction. */
    private static Map<String, Map<FlowField, Long>> values(FlowColumns flows) {
        Map<String, Map<FlowField, Long>> found = new TreeMap<>();
        for (int i = 0; i < flows.size(); i++) {
            FlowValues flow = flows.at(i);
            Map<FlowField, Long> values = new EnumMap<>(FlowField.class);
            VALUES.forEach(field -> values.put(field, flow.has(field) ? flow.number(field) : -1));
            found.put(
                    Integer.toUnsignedString((int) flow.number(FlowField.NETWORK_NAMESPACE)) + " "
                            + Long.toUnsignedString(flow.number(FlowField.COOKIE)),
                    values);
        }
        return found;
    }

    /** The same endpoints are four flows: two in each namespace. */
    @Test
    void shouldAgreeWithBpfOnFlowsAndValues() throws Exception {
        connect(namespaces.left());
        connect(namespaces.right());
        FlowSource bpf = keep(Bpf.open(settings));
        DiagSource diag = diag();
        Map<String, Map<FlowField, Long>> found = Waiting.until(
                "the last ACKs, as both sources see them",
                () -> values(refresh(diag)),
                values -> values.size() == 4 && values.equals(values(refreshed(bpf))));
        assertEquals(
                2,
                found.keySet().stream()
                        .map(key -> key.split(" ", -1)[0])
                        .distinct()
                        .count(),
                found::toString);
        assertEquals(
                2,
                found.values().stream()
                        .filter(values -> values.get(FlowField.BYTES_RECEIVED) == BYTES)
                        .count(),
                found::toString);
    }

    private static FlowColumns refreshed(FlowSource source) {
        try {
            return refresh(source);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void shouldKeepTheIdOfEachFlow() throws Exception {
        Connection left = connect(namespaces.left());
        connect(namespaces.right());
        DiagSource diag = diag();
        FlowColumns first = refresh(diag);
        assertEquals(4, first.size());
        FlowColumns second = refresh(diag);
        assertEquals(ids(first), ids(second));
        left.client.setSoLinger(true, 0);
        left.client.close();
        FlowColumns rest = Waiting.until("the end of two flows", () -> refresh(diag), flows -> flows.size() == 2);
        assertEquals(
                1,
                values(rest).keySet().stream()
                        .map(key -> key.split(" ", -1)[0])
                        .distinct()
                        .count());
        assertTrue(ids(first).containsAll(ids(rest)));
    }

    private static List<Long> ids(FlowColumns flows) {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < flows.size(); i++) {
            ids.add(flows.flowId(i));
        }
        return ids;
    }

    /** An agent that held the namespace would keep its interfaces: the other end of the link would not disappear. */
    @Test
    void shouldNotKeepANamespaceAndReportTheEndOfItsFlows() throws Exception {
        Connection right = connect(namespaces.right());
        DiagSource diag = diag();
        List<FlowListener.Change> changes = new ArrayList<>();
        diag.listen((change, _) -> changes.add(change));
        assertEquals(2, refresh(diag).size());
        right.client.close();
        right.accepted.close();
        for (AutoCloseable one : opened) {
            if (one instanceof ServerSocket server) {
                server.close();
            }
        }
        namespaces.deleteRight();
        Waiting.until("the end of the namespace", () -> !namespaces.leftHasLink());
        Waiting.until("the end of its flows", () -> refreshed(diag).size() == 0);
        assertEquals(
                2, changes.stream().filter(FlowListener.Change.ENDED::equals).count(), changes::toString);
    }

    @Test
    void shouldFindANamespaceThatIsMadeLater() throws Exception {
        DiagSource diag = diag();
        assertEquals(0, refresh(diag).size());
        try (LinkedNamespaces later = laterThan(namespaces)) {
            Connection made = connect(later.left());
            clock.addAndGet(3_600_000_000_000L); // the next search is due
            assertEquals(2, refresh(diag).size());
            made.client.close();
        }
    }

    /** The name of a pair has the id of this process: only one can exist. */
    private LinkedNamespaces laterThan(LinkedNamespaces former) {
        former.close();
        opened.remove(former);
        return new LinkedNamespaces();
    }

    @Test
    void shouldReadNoneIfThatIsSet() throws Exception {
        connect(namespaces.left());
        settings = Bpf.settings("probetime=0", "port=" + PORT, "probe.namespaces=0");
        DiagSource diag = diag();
        assertEquals(0, refresh(diag).size());
        assertTrue(diag.refusals().isEmpty());
    }

    @Test
    void shouldReportNamespacesThatItDoesNotRead() throws Exception {
        settings = Bpf.settings("probetime=0", "port=" + PORT, "probe.namespaces=1");
        String refusals = diag().refusals().toString();
        assertTrue(refusals.contains("other network namespaces: probe.namespaces is 1"), refusals);
    }

    @Test
    void shouldWatchFlowsOfOtherNamespaces() throws Exception {
        Connection left = connect(namespaces.left());
        Connection right = connect(namespaces.right());
        DiagSource diag = diag();
        FlowColumns flows = refresh(diag);
        try (WatchedFlows watch = diag.watchFlows().orElseThrow()) {
            for (int i = 0; i < flows.size(); i++) {
                assertTrue(watch.add(flows.flowId(i), flows.at(i)));
            }
            Map<Long, Long> sampled = new TreeMap<>();
            watch.drain((event, flowId, flow) -> {
                assertEquals(Event.SAMPLE, event);
                sampled.put(flowId, flow.number(FlowField.NETWORK_NAMESPACE));
            });
            assertEquals(ids(flows), List.copyOf(sampled.keySet()));
            for (int i = 0; i < flows.size(); i++) {
                assertEquals(flows.number(FlowField.NETWORK_NAMESPACE, i), sampled.get(flows.flowId(i)));
            }
            assertEquals(2, sampled.values().stream().distinct().count());

            right.client.setSoLinger(true, 0);
            right.client.close();
            right.accepted.close();
            List<Event> events = new ArrayList<>();
            Waiting.until("the end of two", () -> {
                watch.drain((event, _, _) -> events.add(event));
                return events.stream().filter(Event.ENDED::equals).count() == 2;
            });
            left.client.close();
        }
    }
}
