package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.ResetReason;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Connections that end in known ways, searched in the flow log by command and over HTTP. */
class HistoryIT {
    private static final int CONNECTIONS = 10_007;

    /** Connections whose events fit into the kernel's ring, however slowly an agent that has just started reads it. */
    private static final int FIT_INTO_THE_RING = 2000;

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    /** How the connections of a test end, in turn. */
    private enum Ending {
        CLIENT_CLOSES(EndReason.FIN_SENT, EndReason.FIN_RECEIVED) {
            @Override
            void end(Socket client, Socket server) throws IOException {
                client.close();
                awaitEnd(server);
                server.close();
            }
        },
        SERVER_CLOSES(EndReason.FIN_RECEIVED, EndReason.FIN_SENT) {
            @Override
            void end(Socket client, Socket server) throws IOException {
                CLIENT_CLOSES.end(server, client);
            }
        },
        CLIENT_RESETS(EndReason.RESET_SENT, EndReason.RESET_RECEIVED) {
            @Override
            void end(Socket client, Socket server) throws IOException {
                client.setSoLinger(true, 0);
                client.close();
                assertThrows(IOException.class, () -> awaitEnd(server), "a reset is an error");
                server.close();
            }
        },
        SERVER_RESETS(EndReason.RESET_RECEIVED, EndReason.RESET_SENT) {
            @Override
            void end(Socket client, Socket server) throws IOException {
                CLIENT_RESETS.end(server, client);
            }
        };

        final EndReason ofClient;
        final EndReason ofServer;

        Ending(EndReason ofClient, EndReason ofServer) {
            this.ofClient = ofClient;
            this.ofServer = ofServer;
        }

        abstract void end(Socket client, Socket server) throws IOException;

        static void awaitEnd(Socket socket) throws IOException {
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    private List<JSONObject> history(Path state, String where) throws Exception {
        String lines = AgentOptions.bare()
                .set("state.dir", state)
                .run("history", "--since", "1h", "--top", "100000", "--format", "json", "--where", where)
                .expectSuccess();
        List<JSONObject> flows = new ArrayList<>();
        for (String line : lines.lines().toList()) {
            flows.add(new JSONParser().parse(line, JSONObject.class));
        }
        return flows;
    }

    private static void refuse(int port) {
        assertThrows(ConnectException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
    }

    /** Returns true if the running kernel reports why it sends a RST. */
    private static boolean resetReasonsReported() throws IOException {
        String types = Files.readString(Path.of("/sys/kernel/btf/vmlinux"), StandardCharsets.ISO_8859_1);
        return types.contains("\0sk_rst_reason\0");
    }

    private static long reason(JSONObject flow) {
        return ((Number) flow.get("endReason")).longValue();
    }

    /** Returns the number of flows by "local port, remote port, end reason". */
    private static Map<String, Integer> counted(List<JSONObject> flows) {
        return flows.stream()
                .collect(Collectors.toMap(
                        flow -> flow.get("localPort") + " " + flow.get("remotePort") + " " + flow.get("endReason"),
                        _ -> 1,
                        Integer::sum,
                        TreeMap::new));
    }

    /** Waits until so many flows have been logged; fails if one was lost on the way. */
    private static void awaitLogged(Jolokia http, int flows) throws Exception {
        Waiting.until(
                flows + " flows to be logged",
                () -> statistic(http, "FlowLog", "Written"),
                written -> written >= flows);
        assertEquals(0L, statistic(http, "FlowLog", "Dropped"));
        assertEquals(0L, statistic(http, "Flows", "ringFull"));
    }

    private static long statistic(Jolokia http, String bean, String attribute) throws Exception {
        return ((Number) http.read("tcpprobe:type=" + bean, attribute)).longValue();
    }

    @Test
    @Needs("bpf")
    void shouldLogEachConnectionOnceAndWithItsReason() throws Exception {
        Path state = folder.resolve("state");
        AgentProcess agent = agents.start(AgentOptions.in(state).set("probe.source", "bpf"));
        Jolokia http = new Jolokia(agent.http());
        List<String> expected = new ArrayList<>();
        int port;
        int closed;
        try (ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
                Socket reserved = new Socket()) {
            reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            closed = reserved.getLocalPort(); // nobody listens there
            port = listener.getLocalPort();
            for (int i = 0; i < CONNECTIONS; i++) {
                if (i % FIT_INTO_THE_RING == 0) {
                    awaitLogged(http, expected.size() + i / 5);
                }
                if (i % 5 == 4) {
                    refuse(closed);
                    continue;
                }
                Ending ending = Ending.values()[i % 5];
                try (Socket client = new Socket(listener.getInetAddress(), port);
                        Socket server = listener.accept()) {
                    expected.add(client.getLocalPort() + " " + port + " " + ending.ofClient.number());
                    expected.add(port + " " + client.getLocalPort() + " " + ending.ofServer.number());
                    ending.end(client, server);
                }
            }
        }
        int refused = CONNECTIONS / 5;
        awaitLogged(http, expected.size() + refused);

        String ofListener = "sport = " + port + " or dport = " + port;
        Waiting.until(
                "all connections of the listener to be logged", // among those written are also those of this client
                () -> history(state, ofListener).size(),
                logged -> logged >= expected.size());
        Map<String, Integer> left = counted(history(state, ofListener));
        expected.forEach(flow -> left.merge(flow, -1, Integer::sum));
        left.values().removeIf(count -> count == 0);
        assertEquals(Map.of(), left, "flows logged too often, or (negative) not often enough");
        List<JSONObject> resets =
                history(state, "(" + ofListener + ") and endReason = " + EndReason.RESET_SENT.label());
        assertEquals(
                resetReasonsReported() ? Set.of("" + ResetReason.TCP_STATE.number()) : Set.of("null"),
                resets.stream().map(flow -> "" + flow.get("resetReason")).collect(Collectors.toSet()));
        List<JSONObject> failed = history(state, "dport = " + closed);
        assertEquals(refused, failed.size());
        assertTrue(failed.stream().allMatch(flow -> reason(flow) == EndReason.CONNECTION_REFUSED.number()));
        assertEquals(ProcessHandle.current().pid(), ((Number) failed.getFirst().get("pid")).longValue());
    }

    @Test
    @Needs("bpf")
    void shouldPrintTablesAndCsvAndSearchOverHttp() throws Exception {
        Path state = folder.resolve("state");
        AgentProcess agent = agents.start(AgentOptions.in(state).set("probe.source", "bpf"));
        String where;
        int local;
        try (Traffic traffic = new Traffic()) {
            int port = traffic.listen();
            local = traffic.connect(port);
            where = "sport = " + local + " and dport = " + port;
            traffic.send(local, 100_000);
            traffic.disconnect(local);
            // Before the server is closed, which sends a RST if it has not read everything.
            Waiting.until(
                    "the connection to be logged", () -> history(state, where).size() == 1);
        }

        AgentOptions options = AgentOptions.bare().set("state.dir", state);
        List<String> table =
                options.run("history", "--where", where).expectSuccess().lines().toList();
        assertEquals(2, table.size());
        assertTrue(table.getFirst().matches("ended +local +remote +process +end +limited by .*"), table.getFirst());
        assertTrue(table.getLast().contains("127.0.0.1:" + local + " "), table.getLast());
        assertTrue(table.getLast().contains(" finSent "), table.getLast());

        List<String> csv = options.run("history", "--where", where, "--format", "csv")
                .expectSuccess()
                .lines()
                .toList();
        assertEquals(2, csv.size());
        List<String> names = Arrays.asList(csv.getFirst().split(","));
        List<String> values = Arrays.asList(csv.getLast().split(",", -1));
        assertEquals(names.size(), values.size());
        assertEquals("100000", values.get(names.indexOf("bytesAcked")));
        assertEquals(Integer.toString(Traffic.GREETING), values.get(names.indexOf("bytesReceived")));

        Jolokia http = new Jolokia(agent.http());
        JSONObject found = http.execute("tcpprobe:type=FlowLog", "search", 3600, where, "bytesAcked", 10)
                .json();
        JSONObject first = (JSONObject) ((JSONObject) found.get("value")).get("1");
        assertEquals(100_000L, ((Number) first.get("bytesAcked")).longValue());
        assertEquals(EndReason.FIN_SENT.number(), reason(first));
        String refusal = http.execute("tcpprobe:type=FlowLog", "search", 3600, "dport >", "", 10)
                .body();
        assertTrue(refusal.contains("a value was expected"), refusal);
    }
}
