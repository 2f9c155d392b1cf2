package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jolokia.json.JSONArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tcpprobe plot} of a running agent: a flow that lives is watched and drawn, or what the agent remembers. */
@Needs({"root", "bpf", "nft", "tc", "netns", "snmpget"})
class PlotFlowIT {
    private static final int CHUNK = 300_007;

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    private LinkedTraffic link;
    private int remote;
    private int local;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private CompletableFuture<Void> sending = CompletableFuture.completedFuture(null);

    @BeforeEach
    void connect() {
        link = LinkedTraffic.open();
        link.namespaces().slowDown("20mbit");
        link.namespaces().loseOneInHundred();
        remote = link.far().listen(TestNamespaces.FAR_ADDRESS);
        local = link.near().connect(TestNamespaces.FAR_ADDRESS, remote);
    }

    @AfterEach
    void disconnect() {
        stop();
        if (link != null) {
            link.close();
        }
    }

    /** Sends all the time from now on. */
    private void send() {
        sending = CompletableFuture.runAsync(
                () -> {
                    while (!stopped.get()) {
                        link.near().send(local, CHUNK);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    private void stop() {
        stopped.set(true);
        sending.join();
    }

    private AgentOptions options() {
        return AgentOptions.in(folder.resolve("state"))
                .inside(link.namespaces().near())
                .set("snapshotage", 100);
    }

    private Path picture() {
        return folder.resolve("picture.svg");
    }

    private Tools.Result plot(AgentOptions options, String flow, String time) {
        return options.run(
                "plot", "--flow", flow, "--time", time, "--out", picture().toString());
    }

    private DrawnFlow drawn() throws Exception {
        DrawnFlow drawn = DrawnFlow.read(picture());
        assertEquals(
                TestNamespaces.NEAR_ADDRESS + ":" + local + " \u2192 " + TestNamespaces.FAR_ADDRESS + ":" + remote,
                drawn.title());
        assertTrue(drawn.has("in flight") && drawn.has("cwnd") && drawn.has("srtt"), drawn::texts);
        return drawn;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpf", "diag"})
    void shouldDrawAFlowOfTheRunningAgent(String source) throws Exception {
        AgentOptions options = options().set("probe.source", source).set("probetime", 60_000);
        AgentProcess agent = agents.start(options);
        long id = new SnmpFlows(Snmp.v2c(link.namespaces().near(), agent, "public")).find(local, remote);
        send();
        plot(options, Long.toString(id), "4s").expectSuccess();
        DrawnFlow drawn = drawn();
        long samples = drawn.number("(\\d+) samples[,$]");
        assertTrue(drawn.number("retransmissions: (\\d+)") > 0, drawn::texts);
        // at 20 Mbit/s there are hundreds of ACKs a second; diag reads ten times a second
        assertTrue(source.equals("bpf") ? samples > 400 : samples > 10 && samples <= 60, drawn::texts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpf", "diag"})
    void shouldDrawAFlowWithoutAnAgent(String source) throws Exception {
        AgentOptions options = options().set("probe.source", source);
        send();
        plot(options, TestNamespaces.FAR_ADDRESS + ":" + remote, "3s").expectSuccess();
        drawn();
        Tools.Result refused = plot(options, "12", "3s");
        assertEquals(2, refused.status(), refused::toString);
        assertTrue(refused.err().contains("no agent runs that listens for HTTP"), refused::toString);
    }

    @Test
    void shouldDrawAFlowThatBeginsAndEndsMeanwhile() throws Exception {
        AgentOptions options = options().inside(Tools.here()).set("probe.source", "bpf");
        Jolokia jolokia = new Jolokia(agents.start(options).http());
        int port = link.far().listen(TestNamespaces.FAR_ADDRESS);
        CompletableFuture<Tools.Result> plotting = CompletableFuture.supplyAsync(
                () -> plot(options, TestNamespaces.FAR_ADDRESS + ":" + port, "2m"),
                task -> Thread.ofPlatform().daemon().start(task));
        Waiting.until("the watch", () -> watches(jolokia), watches -> watches.size() == 1);
        int client = link.near().connect(TestNamespaces.FAR_ADDRESS, port);
        link.near().send(client, 20 * CHUNK); // some seconds
        link.near().disconnect(client);
        plotting.join().expectSuccess();
        assertEquals(new JSONArray(), watches(jolokia), "the command has ended its watch");
        DrawnFlow drawn = DrawnFlow.read(picture());
        assertEquals(
                TestNamespaces.NEAR_ADDRESS + ":" + client + " \u2192 " + TestNamespaces.FAR_ADDRESS + ":" + port,
                drawn.title());
        assertTrue(drawn.has(" acknowledged"), drawn::texts);
    }

    /** Ctrl-C: a shell's background job ignores SIGINT, and so would all processes that it starts. */
    @Test
    void shouldLeaveNothingBehindIfItIsInterrupted() throws Exception {
        AgentOptions options = options().inside(Tools.here()).set("probe.source", "bpf");
        Jolokia jolokia = new Jolokia(agents.start(options).http());
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        List<String> line = new ArrayList<>(
                List.of("env", "--default-signal=INT", "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + temporary));
        line.addAll(options.line(List.of(
                "plot", "--flow", ":1", "--time", "5m", "--out", picture().toString())));
        Process plotting = Tools.here().start(line, options.environment());
        try {
            Waiting.until("the watch", () -> watches(jolokia), watches -> watches.size() == 1);
            Waiting.until("the recording", () -> recordings(temporary), recordings -> recordings.size() == 1);
            Tools.here().run("kill", "-INT", Long.toString(plotting.pid())).expectSuccess();
            assertEquals(128 + 2, plotting.waitFor());
        } finally {
            plotting.destroyForcibly();
        }
        assertEquals(List.of(), recordings(temporary));
        assertEquals(new JSONArray(), watches(jolokia));
        assertTrue(Files.notExists(picture()));
    }

    private static JSONArray watches(Jolokia jolokia) throws Exception {
        return (JSONArray) jolokia.read("tcpprobe:type=Watches", "All");
    }

    private static List<Path> recordings(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json.gz")).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpf", "diag"})
    void shouldDrawWhatTheAgentRemembers(String source) throws Exception {
        // the source bpf sees the whole host, of which only the busiest flows are remembered
        AgentOptions options =
                options().set("probe.source", source).set("port", remote).set("events.interval", 1);
        AgentProcess agent = agents.start(options);
        long id = new SnmpFlows(Snmp.v2c(link.namespaces().near(), agent, "public")).find(local, remote);
        send();
        Waiting.until(
                "rows of the flow",
                () -> plotHistory(options, Long.toString(id)),
                drawn -> drawn.status() == 0 && read().number("(\\d+) rows") >= 3);
        DrawnFlow flow = read();
        assertEquals(Long.toString(id), flow.title());
        for (String text : List.of("bytes per second", "sent", "acknowledged", "segments", "cwnd", "srtt")) {
            assertTrue(flow.has(text), flow::texts);
        }
        plotHistory(options, "host").expectSuccess();
        assertTrue(read().has("connections per second") && read().has("established"), () -> read().texts());
        plotHistory(options, "flows").expectSuccess();
        assertTrue(read().has("flow " + id) && read().has("bytes sent per second"), () -> read().texts());

        Tools.Result refused = plotHistory(options, "process:nobody");
        assertEquals(1, refused.status(), refused::toString);
        assertTrue(refused.err().contains("plot: history 'process:nobody': there is no such group"), refused::toString);
        Tools.Result empty = plotHistory(options, "host", "--from", "3000");
        assertEquals(1, empty.status(), empty::toString);
        assertTrue(empty.err().contains("0 of them in the time of the picture"), empty::toString);
    }

    private Tools.Result plotHistory(AgentOptions options, String... what) {
        List<String> arguments =
                new ArrayList<>(List.of("plot", "--out", picture().toString(), "--history"));
        arguments.addAll(List.of(what));
        return options.run(arguments.toArray(String[]::new));
    }

    private DrawnFlow read() {
        try {
            return DrawnFlow.read(picture());
        } catch (Exception failed) {
            throw new AssertionError("read the picture", failed);
        }
    }

    @Test
    void shouldReportAFlowThatDoesNotExist() throws Exception {
        AgentOptions options = options().set("probe.source", "bpf");
        agents.start(options);
        Tools.Result refused = plot(options, "4000000000", "3s");
        assertEquals(1, refused.status(), refused::toString);
        assertTrue(refused.err().contains("plot: watch 4000000000: no flow has this id"), refused::toString);
        assertTrue(Files.notExists(picture()));
        Tools.Result silent = plot(options, ":1", "1s");
        assertEquals(1, silent.status(), silent::toString);
        assertTrue(silent.err().contains("no such flow appeared in 1s"), silent::toString);
    }
}
