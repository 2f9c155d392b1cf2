package io.tcpprobe.it;

import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jolokia.json.parser.JSONParser;

/** A Prometheus, or a VictoriaMetrics, that scrapes one agent every second, until it is closed. */
final class PrometheusServer implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final DaemonProcess process;
    private final URI root;

    private PrometheusServer(DaemonProcess process, URI root) {
        this.process = process;
        this.root = root;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param folder an empty folder for its configuration, data and log
     * @param agent the agent's address
     */
    static PrometheusServer start(Path folder, URI agent) throws IOException {
        int port = FreePort.tcp();
        return start(
                folder,
                port,
                "/-/ready",
                List.of(
                        "prometheus",
                        "--config.file=" + configuration(folder, agent),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port));
    }

    /**
     * Fetches Debian's VictoriaMetrics, unpacks it into the folder, starts it and waits until it answers.
     *
     * @param folder an empty folder for the package, its configuration, data and log
     * @param agent the agent's address
     */
    static PrometheusServer startVictoriaMetrics(Path folder, URI agent) throws IOException {
        Tools.here()
                .run(
                        "sh",
                        "-c",
                        "cd \"$0\" && apt-get -qq -o APT::Sandbox::User=root download victoria-metrics"
                                + " && dpkg -x victoria-metrics_*.deb .",
                        folder.toString())
                .expectSuccess();
        int port = FreePort.tcp();
        return start(
                folder,
                port,
                "/health",
                List.of(
                        folder.resolve("usr/bin/victoria-metrics").toString(),
                        "-promscrape.config=" + configuration(folder, agent),
                        "-storageDataPath=" + folder.resolve("data"),
                        "-httpListenAddr=127.0.0.1:" + port,
                        "-memory.allowedBytes=64MB",
                        "-search.latencyOffset=0s"));
    }

    private static Path configuration(Path folder, URI agent) throws IOException {
        return Files.writeString(folder.resolve("prometheus.yml"), """
            global:
              scrape_interval: 1s
              scrape_timeout: 1s
            scrape_configs:
              - job_name: tcpprobe
                static_configs:
                  - targets: ['%s']
            """.formatted(agent.getAuthority()));
    }

    private static PrometheusServer start(Path folder, int port, String health, List<String> command)
            throws IOException {
        DaemonProcess process = DaemonProcess.start(folder, Map.of(), command);
        PrometheusServer server = new PrometheusServer(process, URI.create("http://127.0.0.1:" + port));
        boolean ready = false;
        try {
            process.awaitPort(port);
            Waiting.until(command.getFirst() + " is ready", () -> server.isReady(health));
            ready = true;
            return server;
        } finally {
            if (!ready) {
                server.close();
            }
        }
    }

    private boolean isReady(String health) {
        try {
            return get(health).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return client.send(
                    HttpRequest.newBuilder(root.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /**
     * Runs a query.
     *
     * @return the values of the series, by their labels; the name of the metric is the label {@code __name__}
     */
    Map<Map<String, String>, Double> query(String promql) {
        try {
            HttpResponse<String> answer =
                    get("/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8));
            Map<?, ?> json = (Map<?, ?>) new JSONParser().parse(answer.body());
            if (!"success".equals(json.get("status"))) {
                throw new AssertionError(promql + ": " + answer.body());
            }
            Map<Map<String, String>, Double> values = new LinkedHashMap<>();
            for (Object series : (List<?>) ((Map<?, ?>) json.get("data")).get("result")) {
                Map<String, String> labels = new TreeMap<>();
                ((Map<?, ?>) ((Map<?, ?>) series).get("metric"))
                        .forEach((name, value) -> labels.put(String.valueOf(name), String.valueOf(value)));
                List<?> value = (List<?>) ((Map<?, ?>) series).get("value");
                values.put(labels, Double.valueOf(String.valueOf(value.get(1))));
            }
            return values;
        } catch (Exception failed) {
            throw new AssertionError(promql, failed);
        }
    }

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
