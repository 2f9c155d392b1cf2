package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of an agent that tracks the flows of one port only, as Prometheus reads them. */
@Needs({"prometheus", "promtool"})
class PrometheusIT {
    private static final int BYTES = 100_003;

    /** A program may have any name of up to 15 bytes. */
    private static final String PROGRAM = "q\"u\\o\nte";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @RegisterExtension
    final Kept kept = new Kept();

    @TempDir
    Path folder;

    private AgentProcess agent(ServerSocket listener) throws Exception {
        return agents.start(AgentOptions.in(Files.createDirectory(folder.resolve("state")))
                .set("probe.source", "diag")
                .set("port", listener.getLocalPort())
                .set("snapshotage", 100)
                .set("metrics.host", 1));
    }

    private ServerSocket listener() throws Exception {
        return kept.open(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
    }

    /** Sends bytes from a client to a server; both stay connected. */
    private void connect(ServerSocket listener) throws Exception {
        Socket client = kept.open(new Socket(listener.getInetAddress(), listener.getLocalPort()));
        Socket server = kept.open(listener.accept());
        Thread writer = Thread.ofPlatform().start(() -> {
            try {
                client.getOutputStream().write(new byte[BYTES]);
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });
        assertEquals(BYTES, server.getInputStream().readNBytes(BYTES).length);
        writer.join();
    }

    private static double only(Map<?, Double> values) {
        Collection<Double> all = values.values();
        return all.size() == 1 ? all.iterator().next() : Double.NaN;
    }

    @Test
    void shouldPassPromtoolWithoutAWord() throws Exception {
        ServerSocket listener = listener();
        connect(listener);
        URI metrics = agent(listener).http().resolve("/metrics");
        String text;
        try (HttpClient client = HttpClient.newHttpClient()) {
            text = client.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
        Tools.Result checked = Tools.here().run(List.of("promtool", "check", "metrics"), Map.of(), text);
        assertEquals("", checked.expectSuccess() + checked.err());
        assertTrue(text.contains("tcpprobe_host_counters_total{name=\"RetransSegs\",proto=\"Tcp\"}"), text);
    }

    @Test
    void shouldBeScrapedByPrometheus() throws Exception {
        ServerSocket listener = listener();
        connect(listener);
        AgentProcess agent = agent(listener);
        connect(listener);
        PrometheusServer prometheus =
                kept.open(PrometheusServer.start(Files.createDirectory(folder.resolve("prometheus")), agent.http()));
        Waiting.until("up", () -> only(prometheus.query("up")), up -> up == 1);
        // the first connection was there before the agent: only its further bytes would count
        Waiting.until(
                "bytes received",
                () -> only(prometheus.query("sum(tcpprobe_group_received_bytes_total{kind=\"role\"})")),
                bytes -> bytes == BYTES);
        Waiting.until(
                "flows", () -> only(prometheus.query("tcpprobe_flows{state=\"established\"}")), flows -> flows == 4);
        Waiting.until(
                "snapshots are taken",
                () -> only(prometheus.query("rate(tcpprobe_snapshots_total[1m])")),
                rate -> rate > 0);
        assertEquals(
                Map.of(
                        "__name__",
                        "tcpprobe_source_info",
                        "instance",
                        agent.http().getAuthority(),
                        "job",
                        "tcpprobe",
                        "source",
                        "diag"),
                prometheus.query("tcpprobe_source_info").keySet().iterator().next());
        assertEquals(0, only(prometheus.query("tcpprobe_group_flows{kind=\"port\"} > 4 or vector(0)")));
    }

    @Test
    void shouldScrapeAProcessWithAHostileName() throws Exception {
        ServerSocket listener = listener();
        AgentProcess agent = agent(listener);
        Path program = Files.copy(Tools.path("bash"), folder.resolve(PROGRAM));
        assertTrue(program.toFile().setExecutable(true));
        Process connected = new ProcessBuilder(
                        program.toString(),
                        "-c",
                        "exec 3<>/dev/tcp/127.0.0.1/$0; read <&3",
                        "" + listener.getLocalPort())
                .start();
        kept.open(connected::destroy);
        kept.open(listener.accept());
        PrometheusServer prometheus =
                kept.open(PrometheusServer.start(Files.createDirectory(folder.resolve("prometheus")), agent.http()));
        Waiting.until(
                "its flow",
                () -> only(prometheus.query("tcpprobe_group_flows{kind=\"process\", group='q\"u\\\\o?te'}")),
                flows -> flows == 1);
    }
}
