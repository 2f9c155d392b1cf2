package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.LoopbackConnection;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Events that are provoked on purpose, as the agent reports them with the source bpf. */
@Needs({"netns", "bpf", "nft", "python3"})
class EventsIT {
    private static final String PREFIX = "peerPrefix 10.98.7.0/24";
    private static final String EVENTS = "tcpprobe:type=Events";
    private static final int FIRST_PORT = 7201;
    private static final int FLOWS = 6;
    private static final boolean ALL = Boolean.getBoolean("tcpprobe.all");
    private static final Duration HEALTHY = ALL ? Duration.ofHours(1) : Duration.ofSeconds(20);

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    private AgentProcess agent;
    private Jolokia client;

    @BeforeEach
    void start() {
        agent = agents.start(AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "bpf")
                .set("full", 1)
                .set("probetime", 0)
                .set("events.interval", 2)
                .set("events.large", 1_000_000)
                .set("events.clear", 5));
        client = new Jolokia(agent.http());
    }

    /** Returns the events of an attribute about this subject: "blackhole". */
    private List<String> rules(String attribute, String subject) {
        return events(attribute).stream()
                .filter(event -> (event.get("subjectKind") + " " + event.get("subject")).equals(subject))
                .map(event -> String.valueOf(event.get("rule")))
                .toList();
    }

    private List<Map<?, ?>> events(String attribute) {
        try {
            return ((Map<?, ?>) client.read(EVENTS, attribute))
                    .values().stream()
                            .<Map<?, ?>>map(event -> (Map<?, ?>) event)
                            .toList();
        } catch (Exception failed) {
            throw new AssertionError("read the events", failed);
        }
    }

    private void await(String attribute, String subject, String rule) {
        Waiting.until(
                rule + " of " + subject + " in " + attribute,
                () -> rules(attribute, subject),
                rules -> rules.contains(rule));
    }

    private static void connect(VerdictNetwork network, String server, String client) {
        for (int i = 0; i < FLOWS; i++) {
            network.connect(FIRST_PORT + i, server, client);
        }
    }

    /** Drops segments that arrive at the far host, from now on. */
    private static void lose(VerdictNetwork network, String which) {
        network.far("nft add table inet lose");
        network.far("nft add chain inet lose in { type filter hook input priority 0 ; }");
        network.far("nft add rule inet lose in meta l4proto tcp " + which + " drop");
    }

    @Test
    void shouldReportARetransmissionStormUntilItEnds() {
        try (VerdictNetwork network = VerdictNetwork.open(folder, 0)) {
            connect(network, "drain", "bulk");
            lose(network, "numgen inc mod 5 < 1");
            await("Active", PREFIX, "retransmissionStorm");
            network.far("nft delete table inet lose");
            await("Past", PREFIX, "retransmissionStorm");
            assertEquals(List.of(), rules("Active", PREFIX));
        }
    }

    @Test
    void shouldReportAWatchedFlowUntilTheWatchEnds() throws Exception {
        try (VerdictNetwork network = VerdictNetwork.open(folder, 0)) {
            connect(network, "drain", "bulk");
            lose(network, "numgen inc mod 5 < 1");
            await("Active", PREFIX, "retransmissionStorm");
            assertEquals(List.of(), storms("Active"), "no flow is watched");
            Object watch = client.execute(
                            "tcpprobe:type=Watches", "watch", VerdictNetwork.FAR_ADDRESS + ":" + FIRST_PORT)
                    .json()
                    .get("value");
            List<String> raised = Waiting.until("the flow", () -> storms("Active"), flows -> flows.size() == 1);
            assertTrue(
                    raised.getFirst().endsWith(" - " + VerdictNetwork.FAR_ADDRESS + ":" + FIRST_PORT),
                    raised::toString);
            client.execute("tcpprobe:type=Watches", "unwatch", watch);
            Waiting.until("the event to be cleared", () -> storms("Past"), raised::equals);
            assertTrue(rules("Active", PREFIX).contains("retransmissionStorm"), "it goes on");
        }
    }

    /** Returns the single flows that are subjects of a retransmission storm. */
    private List<String> storms(String attribute) {
        return events(attribute).stream()
                .filter(event -> "flow".equals(event.get("subjectKind")))
                .filter(event -> "retransmissionStorm".equals(event.get("rule")))
                .map(event -> String.valueOf(event.get("subject")))
                .toList();
    }

    @Test
    void shouldReportABlackholeBySnmpToo() {
        try (VerdictNetwork network = VerdictNetwork.open(folder, 0)) {
            connect(network, "drain", "bulk");
            lose(network, "");
            await("Active", PREFIX, "blackhole");
            Snmp snmp = Snmp.v2c(Tools.here(), agent, "public");
            String walked = snmp.run("snmpwalk", SnmpFlows.BASE + ".1.9.1.1.5")
                    .expectSuccess()
                    .replaceAll("\\s", "");
            String subject =
                    HexFormat.of().withUpperCase().formatHex("10.98.7.0/24".getBytes(StandardCharsets.US_ASCII));
            assertTrue(walked.contains(subject), walked);
            assertTrue(snmp.get(SnmpFlows.BASE + ".1.9.2.0").number() >= 1);
        }
    }

    @Test
    void shouldReportPeersThatDoNotRead() throws Exception {
        try (VerdictNetwork network = VerdictNetwork.open(folder, 0)) {
            connect(network, "sleep", "bulk");
            Waiting.until("closed windows", this::closedWindows, closed -> closed == FLOWS);
            await("Active", PREFIX, "zeroWindowStall");
            assertTrue(
                    events("Active").stream()
                            .filter(event -> "zeroWindowStall".equals(event.get("rule")))
                            .allMatch(event -> event.get("verdict") == null || "rwnd".equals(event.get("verdict"))),
                    () -> events("Active").toString());
        }
    }

    private long closedWindows() throws Exception {
        String closed = "src = " + VerdictNetwork.NEAR_ADDRESS + " and dport >= " + FIRST_PORT + " and sendWindow = 0";
        Map<?, ?> found = (Map<?, ?>) client.execute("tcpprobe:type=Flows", "query", closed, "", false, 0, 1, "local")
                .json()
                .get("value");
        return ((Number) found.get("matched")).longValue();
    }

    /** The sender is slow, waits, thinks, is idle, or is limited by a reader that reads steadily: nothing is wrong. */
    @Test
    @Timeout(value = 80, unit = TimeUnit.MINUTES)
    void shouldBeSilentUnderHealthyLoad() {
        try (VerdictNetwork network = VerdictNetwork.open(folder, 5)) {
            connect(network, "drain", "slow rate=500000");
            int port = FIRST_PORT + FLOWS;
            network.connect(port, "echo", "ask");
            network.connect(port + 1, "slow rate=500000", "bulk");
            network.connect(port + 2, "drain", "burst");
            network.connect(port + 3, "drain", "idle");
            network.connect(port + 4, "drain", "bulk pacing=2000000");
            long end = System.nanoTime() + HEALTHY.toNanos();
            while (System.nanoTime() - end < 0) {
                Waiting.pause(Duration.ofSeconds(1)); // each question is a short connection as well
                assertEquals(
                        List.of(),
                        events("Active").stream().filter(EventsIT::counts).toList());
            }
            assertEquals(
                    List.of(), events("Past").stream().filter(EventsIT::counts).toList());
        }
    }

    /** Returns true for an event that this test may have caused; the host may have other users unless all tests run. */
    private static boolean counts(Map<?, ?> event) {
        return ALL || PREFIX.equals(event.get("subjectKind") + " " + event.get("subject"));
    }

    @Test
    void shouldReportAListenerThatDoesNotAccept() throws IOException {
        try (FullListener listener = FullListener.open()) {
            String subject = "listener " + listener.address();
            Waiting.until(
                    "listenerOverflow of " + subject,
                    () -> {
                        listener.overflow();
                        return rules("Active", subject);
                    },
                    rules -> rules.contains("listenerOverflow"));
            await("Active", "host " + hostName(), "listenerOverflow");
        }
    }

    private String hostName() {
        try {
            return String.valueOf(client.read("tcpprobe:type=Agent", "HostName"));
        } catch (Exception failed) {
            throw new AssertionError("read the host's name", failed);
        }
    }

    @Test
    void shouldReportConnectsThatFail() throws IOException {
        InetSocketAddress closed;
        try (ServerSocket listener = new ServerSocket(0, 1, LoopbackConnection.LOOPBACK)) {
            closed = (InetSocketAddress) listener.getLocalSocketAddress();
        }
        String process = "(" + ProcessHandle.current().pid() + ")";
        Waiting.until(
                "failedConnects of the prefix and the process",
                () -> {
                    fail(closed);
                    return events("Active");
                },
                active -> active.stream().anyMatch(event -> refused(event, "127.0.0.0/24"))
                        && active.stream().anyMatch(event -> refused(event, process)));
    }

    private static boolean refused(Map<?, ?> event, String subject) {
        return "failedConnects".equals(event.get("rule"))
                && String.valueOf(event.get("subject")).endsWith(subject)
                && String.valueOf(event.get("evidence")).contains("connectionRefused");
    }

    private static void fail(InetSocketAddress closed) {
        for (int i = 0; i < 20; i++) {
            try (SocketChannel channel = SocketChannel.open(closed)) {
                throw new AssertionError("connected to " + channel);
            } catch (IOException expected) {
                // refused
            }
        }
    }
}
