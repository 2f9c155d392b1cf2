package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.proto.metrics.v1.Metric;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Metrics, flow records and events at an OpenTelemetry collector. */
class OtlpIT {
    private static final boolean ALL = Boolean.getBoolean("tcpprobe.all");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final String FLOW = "tcpprobe.flow";
    private static final String LOCAL_PORT = "network.local.port";
    private static final String FINAL = "tcpprobe.record.final";
    private static final int BYTES = 100_003;

    /** Names of the semantic conventions, which /metrics does not have, and those that they replace. */
    private static final Map<String, String> SEMANTIC = Map.of(
            "process_cpu_seconds_total", "process.cpu.time",
            "process_resident_memory_bytes", "process.memory.usage",
            "tcpprobe_java_heap_used_bytes", "jvm.memory.used");

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @RegisterExtension
    final Kept kept = new Kept();

    @TempDir
    Path folder;

    private OtlpReceiver receiver() throws IOException {
        return kept.open(new OtlpReceiver());
    }

    /** Starts an agent that tracks the flows with this port only: those of other tests would fill its queue. */
    private AgentProcess start(OtlpReceiver receiver, String source, int port) {
        return agents.start(AgentOptions.in(folder.resolve("state"))
                .set("probe.source", source)
                .set("port", port)
                .set("snapshotage", 100)
                .set("push.interval", 1)
                .set("otlp.endpoint", receiver.url())
                .set("otlp.headers", "Authorization=Bearer 123")
                .environment("NODE_NAME", "worker-7")
                .environment("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test%20bed"));
    }

    private static List<OtlpReceiver.Log> flows(OtlpReceiver receiver, long localPort) {
        return receiver.logs(FLOW).stream()
                .filter(log -> log.get(LOCAL_PORT).equals(localPort))
                .toList();
    }

    private static OtlpReceiver.Log last(OtlpReceiver receiver, long localPort, long peerPort) {
        List<OtlpReceiver.Log> found = Waiting.until(
                "the last record of port " + localPort,
                () -> receiver.logs(FLOW).stream()
                        .filter(log -> log.get(LOCAL_PORT).equals(localPort)
                                && log.get("network.peer.port").equals(peerPort)
                                && log.get(FINAL).equals(true))
                        .toList(),
                records -> !records.isEmpty());
        assertEquals(1, found.size());
        return found.getFirst();
    }

    /** Computes the Community ID of a connection on loopback from its specification. */
    private static String communityId(int onePort, int otherPort) throws Exception {
        byte[] tuple = ByteBuffer.allocate(16)
                .putShort((short) 0)
                .put(LOOPBACK.getAddress())
                .put(LOOPBACK.getAddress())
                .put((byte) 6)
                .put((byte) 0)
                .putShort((short) Math.min(onePort, otherPort))
                .putShort((short) Math.max(onePort, otherPort))
                .array();
        return "1:"
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-1").digest(tuple));
    }

    @Test
    @Needs({"root", "bpf"})
    void shouldSendARecordAtTheEndOfEachFlow() throws Exception {
        OtlpReceiver receiver = receiver();
        try (Traffic traffic = new Traffic()) {
            int server = traffic.listen();
            start(receiver, "bpf", server);
            int client = traffic.connect(server);
            traffic.send(client, BYTES);
            traffic.disconnect(client);
            OtlpReceiver.Log opened = last(receiver, client, server);
            OtlpReceiver.Log accepted = last(receiver, server, client);
            assertEquals("127.0.0.1", opened.get("network.local.address"));
            assertEquals("127.0.0.1", opened.get("network.peer.address"));
            assertEquals("tcp", opened.get("network.transport"));
            assertEquals("ipv4", opened.get("network.type"));
            assertEquals((long) BYTES, opened.get("tcpprobe.bytes_acked"));
            assertEquals((long) Traffic.GREETING, opened.get("tcpprobe.bytes_received"));
            assertEquals((long) BYTES, accepted.get("tcpprobe.bytes_received"));
            assertEquals("client", opened.get("network.tcp.handshake.role"));
            assertEquals("server", accepted.get("network.tcp.handshake.role"));
            assertEquals((long) server, opened.get("server.port"));
            assertEquals((long) server, accepted.get("server.port"));
            assertEquals("finSent", opened.get("tcpprobe.end_reason"));
            assertEquals("finReceived", accepted.get("tcpprobe.end_reason"));
            assertEquals("(absent)", opened.get("error.type"));
            assertEquals(ProcessHandle.current().pid(), opened.get("process.pid"));
            assertEquals(communityId(client, server), opened.get("tcpprobe.community_id"));
            assertEquals(communityId(client, server), accepted.get("tcpprobe.community_id"));
            assertEquals("Bearer 123", receiver.header("Authorization"));
            assertEquals("tcpprobe", receiver.resource().get("service.name"));
            assertEquals("worker-7", receiver.resource().get("k8s.node.name"));
            assertEquals("test bed", receiver.resource().get("deployment.environment.name"));
            assertTrue(receiver.resource().containsKey("host.name"), receiver.resource()::toString);
        }
    }

    @Test
    @Needs({"root", "bpf"})
    void shouldSendRecordsOfLiveFlows() throws Exception {
        OtlpReceiver receiver = receiver();
        try (Traffic traffic = new Traffic()) {
            int server = traffic.listen();
            start(receiver, "bpf", server);
            int client = traffic.connect(server);
            Waiting.until("three records", () -> flows(receiver, client).size() >= 3);
            traffic.send(client, BYTES);
            traffic.disconnect(client);
            last(receiver, client, server);
            List<OtlpReceiver.Log> all = flows(receiver, client);
            assertEquals(
                    IntStream.rangeClosed(1, all.size())
                            .mapToObj(number -> (Object) (long) number)
                            .toList(),
                    all.stream().map(log -> log.get("tcpprobe.record.number")).toList());
            assertEquals(0L, all.getFirst().get("tcpprobe.bytes_acked"));
            assertEquals((long) BYTES, all.getLast().get("tcpprobe.bytes_acked"));
            assertEquals("established", all.getFirst().get("network.connection.state"));
        }
    }

    @Test
    @Needs({"root", "bpf"})
    void shouldSendRecordsOfFailedConnects() throws Exception {
        OtlpReceiver receiver = receiver();
        int free = FreePort.tcp();
        start(receiver, "bpf", free);
        try (Socket refused = new Socket(LOOPBACK, free)) {
            throw new AssertionError("a process listens at " + refused);
        } catch (ConnectException expected) {
            List<OtlpReceiver.Log> failed = Waiting.until(
                    "a failed connect",
                    () -> receiver.logs(FLOW).stream()
                            .filter(log -> log.get("network.peer.port").equals((long) free))
                            .toList(),
                    found -> !found.isEmpty());
            assertEquals("connectionRefused", failed.getFirst().get("error.type"), expected::toString);
            assertEquals(true, failed.getFirst().get(FINAL));
        }
    }

    @Test
    void shouldSendTheMetricsThatAreServed() throws Exception {
        OtlpReceiver receiver = receiver();
        AgentProcess agent = start(receiver, "diag", 0);
        Waiting.until("two sets of metrics", () -> metric(agent, "sent") >= 2);
        Map<String, Metric> received = Waiting.until(
                        "the same metrics",
                        () -> Map.entry(receiver.metrics(), served(agent)),
                        both -> new TreeSet<>(both.getKey().keySet()).equals(both.getValue()))
                .getKey();
        assertTrue(received.size() > 40, received.keySet()::toString);
        Metric acked = received.get("tcpprobe_group_acked_bytes_total");
        assertEquals("By", acked.getUnit());
        assertTrue(acked.getSum().getIsMonotonic());
        assertEquals(
                Set.of("kind", "group"),
                OtlpReceiver.values(acked.getSum().getDataPoints(0).getAttributesList())
                        .keySet());
        assertEquals("s", received.get("process.cpu.time").getUnit());
        assertFalse(received.get("process.memory.usage").getSum().getIsMonotonic());
    }

    /** Returns the names of the metrics that are served now, as they are sent. */
    private static Set<String> served(AgentProcess agent) throws Exception {
        return Pattern.compile("^# TYPE (\\S+) ", Pattern.MULTILINE)
                .matcher(new Jolokia(agent.http()).get("/metrics").body())
                .results()
                .map(match -> SEMANTIC.getOrDefault(match.group(1), match.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns a value of tcpprobe_push_items_total. */
    private static long metric(AgentProcess agent, String result) throws Exception {
        return new Jolokia(agent.http())
                .metric("tcpprobe_push_items_total{connector=\"otlp\",result=\"" + result + "\"}");
    }

    @Test
    void shouldSendEvents() throws Exception {
        OtlpReceiver receiver = receiver();
        AgentProcess agent = agents.start(AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "diag")
                .set("snapshotage", 100)
                .set("events.interval", 1)
                .set("otlp.headers", "Authorization=Bearer 123")
                .set("otlp.endpoint", receiver.url()));
        FullListener listener = kept.open(FullListener.open());
        List<OtlpReceiver.Log> raised = Waiting.until(
                "an event",
                () -> {
                    listener.overflow();
                    return receiver.logs("tcpprobe.event").stream()
                            .filter(log -> log.get("tcpprobe.event.subject").equals(listener.address()))
                            .toList();
                },
                found -> !found.isEmpty());
        OtlpReceiver.Log event = raised.getFirst();
        assertEquals("raised", event.get("tcpprobe.event.change"));
        assertEquals("listenerOverflow", event.get("tcpprobe.event.rule"));
        assertTrue(event.record().getBody().getStringValue().contains(listener.address()), event::toString);
        String settings = new Jolokia(agent.http())
                .get("/jolokia/read/tcpprobe:type=Settings")
                .body();
        assertTrue(settings.contains("\"otlp.headers\":\"(set)\""), settings);
        assertTrue(settings.contains("\"otlp.endpoint\":\"(set)\""), settings);
        assertFalse(settings.contains("Bearer"), settings);
    }

    /** The queues have room for 10,000 records and 1,000 changes of events, a batch of 500 is being sent, and one set of metrics. */
    @Test
    @Needs({"root", "bpf"})
    void shouldDropTheOldestRecordsWhileTheCollectorIsDownAndRecover() throws Exception {
        OtlpReceiver receiver = receiver();
        try (Traffic traffic = new Traffic()) {
            int server = traffic.listen();
            AgentProcess agent = start(receiver, "bpf", server);
            Waiting.until("a first set of metrics", () -> metric(agent, "sent") >= 1);
            receiver.stop();
            long down = System.nanoTime();
            for (int i = 0; i < 7000; i++) { // each has two endpoints on this host
                traffic.disconnect(traffic.connect(server));
            }
            Waiting.until("drops", () -> metric(agent, "dropped") > 0);
            Duration time = Duration.ofSeconds(ALL ? 60 : 10);
            while (System.nanoTime() - down < time.toNanos()) {
                long waiting = new Jolokia(agent.http()).metric("tcpprobe_push_waiting_items{connector=\"otlp\"}");
                assertTrue(waiting <= 11_501, "waiting: " + waiting);
                Waiting.pause(Duration.ofMillis(200));
            }
            assertTrue(new Jolokia(agent.http()).metric("tcpprobe_push_retries_total{connector=\"otlp\"}") > 0);
            receiver.listenAgain();
            int client = traffic.connect(server);
            traffic.send(client, BYTES);
            traffic.disconnect(client);
            Waiting.until( // an earlier connection may have had the same port
                    "a record that is made afterwards",
                    () -> flows(receiver, client).stream()
                            .anyMatch(log -> log.get("tcpprobe.bytes_acked").equals((long) BYTES)));
            Waiting.until(
                    "an empty queue",
                    () -> new Jolokia(agent.http()).metric("tcpprobe_push_waiting_items{connector=\"otlp\"}") < 500);
            long records = receiver.logs(FLOW).size();
            assertTrue(records >= 10_000, "received: " + records);
        }
    }

    @Test
    void shouldRefuseAUrlThatItCannotSendTo() {
        var refused = AgentOptions.in(folder.resolve("state"))
                .set("otlp.endpoint", "http://127.0.0.1:99999")
                .run("run");
        assertTrue((refused.out() + refused.err()).contains("otlp.endpoint"), refused::toString);
    }
}
