package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jolokia.json.JSONObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Groups of known connections: of one port, on loopback, so that both endpoints are flows. The kernel may send bytes twice at any time, as a
 * tail loss probe does on a busy host: known are the bytes received, and the bytes sent without those retransmitted.
 */
@Needs({"bpf", "snmpget", "snmpbulkwalk"})
class GroupsIT {
    private static final String ENTRY = SnmpFlows.BASE + ".1.6.1.";
    private static final int NAME = 3;
    private static final int CONNECTIONS = 7;
    private static final int BYTES = 10_007;
    private static final String POD = "shop/web-0";

    /** Moves into a control group, connects, and reads until it is ended. */
    private static final String CONNECT_INSIDE = "echo $$ > $0; exec 3<>/dev/tcp/127.0.0.1/$1; exec cat <&3";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    private Snmp snmp;
    private Jolokia http;

    @Test
    void shouldCountKnownConnectionsExactlyUntilAfterTheirEnd(@TempDir Path state) throws Exception {
        ServerSocket listener = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress());
        int port = listener.getLocalPort();
        AgentProcess agent = agents.start(AgentOptions.in(state)
                .set("probe.source", "bpf")
                .set("port", port)
                .set("snapshotage", 100));
        snmp = Snmp.v2c(Tools.here(), agent, "public").patient();
        http = new Jolokia(agent.http());
        long sent = 0;
        for (int i = 1; i <= CONNECTIONS; i++) {
            sent += connectAndReset(listener, i * BYTES);
        }
        listener.close();
        assertThrows(IOException.class, () -> connect(port).close());

        List<Long> client = List.of(0L, 7L, 7L, 0L, 1L, 0L, sent);
        List<Long> server = List.of(0L, 7L, 0L, 7L, 0L, sent, 0L);
        GroupField[] fields = {
            GroupField.FLOWS,
            GroupField.OPENED,
            GroupField.ENDED_RESET_SENT,
            GroupField.ENDED_RESET_RECEIVED,
            GroupField.FAILED_REFUSED,
            GroupField.BYTES_RECEIVED
        };
        Waiting.until("the clients' values", () -> withSentOnce(GroupKind.ROLE, "client", fields), client::equals);
        Waiting.until("the servers' values", () -> withSentOnce(GroupKind.ROLE, "server", fields), server::equals);
        assertEquals(
                List.of(0L, 14L, 7L, 7L, 1L, sent, sent), withSentOnce(GroupKind.PORT, Integer.toString(port), fields));
        assertEquals(List.of(0L, 14L, 7L, 7L, 1L, sent, sent), withSentOnce(GroupKind.PREFIX, "127.0.0.0/24", fields));
        assertJsonAgrees();
        assertColumnsOf(GroupField.all());
    }

    /** The agent runs already when the container is made, as usual. */
    @ParameterizedTest
    @ValueSource(strings = {"bpf", "diag"})
    @Needs({"root", "cgroup2", "bash", "bpf", "snmpget", "snmpbulkwalk"})
    void shouldCountTheConnectionsOfAContainerAndItsPod(String source, @TempDir Path state) throws Exception {
        String id = "%012x".formatted(ProcessHandle.current().pid());
        try (ServerSocket listener = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress());
                FakeKubelet kubelet = FakeKubelet.start(id + "0".repeat(52))) {
            AgentProcess agent = agents.start(AgentOptions.in(state)
                    .set("probe.source", source)
                    .set("kubelet.url", kubelet.url())
                    .set("port", listener.getLocalPort())
                    .set("snapshotage", 100));
            snmp = Snmp.v2c(Tools.here(), agent, "public").patient();
            http = new Jolokia(agent.http());
            try (ControlGroup container = ControlGroup.make("tcpprobe-" + id + "0".repeat(52) + ".scope")) {
                Process client = Tools.here()
                        .start(
                                List.of(
                                        "bash",
                                        "-c",
                                        CONNECT_INSIDE,
                                        container.folder() + "/cgroup.procs",
                                        Integer.toString(listener.getLocalPort())),
                                Map.of());
                try (Socket server = listener.accept()) {
                    server.getOutputStream().write(new byte[BYTES]);
                    Waiting.until(
                            "the client in its container",
                            () -> values(GroupKind.CONTAINER, id, GroupField.FLOWS, GroupField.BYTES_RECEIVED),
                            List.of(1L, (long) BYTES)::equals);
                    assertEquals(
                            List.of(1L, 0L),
                            values(GroupKind.CONTAINER, "host", GroupField.FLOWS, GroupField.BYTES_RECEIVED),
                            "the server");
                    Waiting.until(
                            "the client in its pod",
                            () -> values(GroupKind.POD, POD, GroupField.FLOWS),
                            List.of(1L)::equals);
                    assertEquals(
                            List.of("container,pod", id + "," + POD),
                            AgentOptions.bare()
                                    .set("state.dir", state.resolve("none"))
                                    .set("port", listener.getLocalPort())
                                    .set("probe.source", source)
                                    .set("kubelet.url", kubelet.url())
                                    .run("flows", "--csv", "--columns", "container,pod", "--filter", "pod ~ SHOP/")
                                    .expectSuccess()
                                    .lines()
                                    .toList());
                    kubelet.fail();
                    assertFlowIsShown(server, id);
                } finally {
                    client.destroyForcibly();
                }
            }
            Waiting.until(
                    "the end of the flows",
                    () -> values(GroupKind.CONTAINER, id, GroupField.FLOWS, GroupField.BYTES_RECEIVED),
                    List.of(0L, (long) BYTES)::equals);
            assertEquals(List.of(0L, 1L), values(GroupKind.POD, POD, GroupField.FLOWS, GroupField.ASSIGNED));
            Waiting.until("the client in the flow log", () -> logged("pod = " + POD), found -> found == 1);
            assertEquals(1, logged("container = " + id + " and bytesReceived = " + BYTES));
        }
    }

    /** The flow table and a search have the names of the client's container and pod. */
    private void assertFlowIsShown(Socket server, String container) throws Exception {
        SnmpFlows flows = new SnmpFlows(snmp);
        long flow = flows.find(server.getPort(), server.getLocalPort());
        Waiting.until(
                "the names in the flow table",
                () -> List.of(text(flows, flow, FlowText.CONTAINER), text(flows, flow, FlowText.POD)),
                List.of(container, POD)::equals);
        Jolokia.Answer found = http.execute(
                "tcpprobe:type=Flows",
                "query",
                "pod = " + POD + " and container = " + container,
                "pod",
                false,
                0,
                10,
                "container,pod");
        assertEquals(200, found.status(), found::body);
        Map<?, ?> rows = (JSONObject) ((JSONObject) found.json().get("value")).get("flows");
        assertEquals(1, rows.size(), found::body);
        JSONObject row = (JSONObject) rows.values().iterator().next();
        assertEquals(List.of(flow, container, POD), List.of(row.get("flowId"), row.get("container"), row.get("pod")));
    }

    private static String text(SnmpFlows flows, long flow, FlowText text) {
        Snmp.Varbind cell = flows.text(flow, text);
        return cell.present() ? cell.text() : "";
    }

    /** Returns the number of connections in the flow log that meet a condition. */
    private int logged(String where) throws Exception {
        Jolokia.Answer found = http.execute("tcpprobe:type=FlowLog", "search", 3600, where, "", 10);
        assertEquals(200, found.status(), found::body);
        return ((JSONObject) found.json().get("value")).size();
    }

    /**
     * A kubelet that lists one container of one pod.
     *
     * @param server answers
     * @param failing true if it refuses
     */
    private record FakeKubelet(HttpServer server, AtomicBoolean failing) implements AutoCloseable {
        static FakeKubelet start(String container) throws IOException {
            byte[] pods = ("{\"items\":[{\"metadata\":{\"namespace\":\"shop\",\"name\":\"web-0\"},"
                            + "\"status\":{\"containerStatuses\":[{\"containerID\":\"containerd://" + container
                            + "\"}]}}]}")
                    .getBytes(StandardCharsets.US_ASCII);
            AtomicBoolean failing = new AtomicBoolean();
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/pods", exchange -> {
                try (exchange) {
                    exchange.sendResponseHeaders(failing.get() ? 500 : 200, pods.length);
                    exchange.getResponseBody().write(pods);
                }
            });
            server.start();
            return new FakeKubelet(server, failing);
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/pods";
        }

        void fail() {
            failing.set(true);
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    /** Sends bytes from a client to a server, then resets the connection; returns the number of bytes. */
    private static int connectAndReset(ServerSocket listener, int bytes) throws IOException {
        Socket client = connect(listener.getLocalPort());
        try (Socket server = listener.accept()) {
            try (client) {
                client.getOutputStream().write(new byte[bytes]);
                assertEquals(bytes, server.getInputStream().readNBytes(bytes).length);
                client.setSoLinger(true, 0);
            }
            assertThrows(IOException.class, () -> server.getInputStream().read());
        }
        return bytes;
    }

    /** Returns the names of the groups of a kind, by the index of the table. */
    private Map<String, String> names(GroupKind kind) {
        Map<String, String> names = new LinkedHashMap<>();
        String prefix = ENTRY + NAME + ".";
        for (Snmp.Varbind cell : snmp.bulkwalk(prefix + kind.number())) {
            names.put(cell.oid().substring(prefix.length()), cell.text());
        }
        return names;
    }

    private List<Long> values(GroupKind kind, String name, GroupField... fields) {
        for (var group : names(kind).entrySet()) {
            if (group.getValue().equals(name)) {
                return snmp
                        .get(Arrays.stream(fields)
                                .map(field -> ENTRY + field.id() + "." + group.getKey())
                                .toList())
                        .stream()
                        .map(cell -> cell.present() ? cell.number() : -1)
                        .toList();
            }
        }
        return List.of();
    }

    /** Returns the values of a group, and the bytes that it sent once; of one response, which is made from one snapshot. */
    private List<Long> withSentOnce(GroupKind kind, String name, GroupField... fields) {
        GroupField[] all = Arrays.copyOf(fields, fields.length + 2);
        all[fields.length] = GroupField.BYTES_SENT;
        all[fields.length + 1] = GroupField.BYTES_RETRANS;
        List<Long> values = values(kind, name, all);
        if (values.isEmpty()) {
            return values;
        }
        List<Long> found = new ArrayList<>(values.subList(0, fields.length));
        found.add(values.get(fields.length) - values.get(fields.length + 1));
        return found;
    }

    private void assertJsonAgrees() throws Exception {
        Jolokia.Answer answer = http.execute("tcpprobe:type=Groups", "groups", "role");
        assertEquals(200, answer.status(), answer::body);
        Map<?, ?> rows = (JSONObject) answer.json().get("value");
        assertEquals(names(GroupKind.ROLE).size(), rows.size(), answer::body);
        for (Object row : rows.values()) {
            Map<?, ?> group = (JSONObject) row;
            List<Long> snmpValues =
                    values(GroupKind.ROLE, (String) group.get("name"), GroupField.BYTES_SENT, GroupField.ASSIGNED);
            assertEquals(snmpValues, List.of(group.get("bytesSent"), group.get("assigned")), answer::body);
        }
    }

    /** With the source bpf every value exists; the walk has the columns in order, counters with 64 bits. */
    private void assertColumnsOf(List<GroupField> fields) {
        Map<Integer, String> types = new LinkedHashMap<>();
        for (Snmp.Varbind cell : snmp.walk(ENTRY.substring(0, ENTRY.length() - 1))) {
            types.put(Integer.parseInt(cell.oid().substring(ENTRY.length()).split("\\.", -1)[0]), cell.type());
        }
        Map<Integer, String> expected = new LinkedHashMap<>();
        expected.put(NAME, "Hex-STRING");
        fields.forEach(field -> expected.put(field.id(), field.counter() ? "Counter64" : "Gauge32"));
        assertEquals(expected, types);
        assertTrue(fields.size() > 40);
    }
}
