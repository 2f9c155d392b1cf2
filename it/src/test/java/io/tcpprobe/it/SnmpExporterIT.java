package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.LoopbackConnection;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** prometheus-snmp-exporter of Debian with our modules, and the agent. */
@Needs({"prometheus-snmp-exporter", "promtool"})
class SnmpExporterIT {
    private static final String OLD = "snmp_exporter/snmp-0.21.yml";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @RegisterExtension
    final Kept kept = new Kept();

    @TempDir
    Path folder;

    private final HttpClient http = kept.open(HttpClient.newHttpClient());
    private AgentProcess agent;
    private int port;

    @BeforeEach
    void start() throws IOException {
        agent = agents.start(AgentOptions.in(folder.resolve("state"))
                .set("probe.source", "diag")
                .set("snapshotage", 100)
                .set("events.interval", 1));
        port = FreePort.tcp();
        kept.open(DaemonProcess.start(
                        folder,
                        Map.of(),
                        List.of(
                                "prometheus-snmp-exporter",
                                "--config.file=" + KitFiles.FOLDER.resolve(OLD),
                                "--web.listen-address=127.0.0.1:" + port)))
                .awaitPort(port);
    }

    /** Returns what a module exports. */
    private String scrape(String module) throws IOException {
        URI address = URI.create("http://127.0.0.1:" + port + "/snmp?target=" + agent.snmp() + "&module=" + module);
        try {
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer::body);
            return answer.body();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted during a scrape", interrupted);
        }
    }

    private static boolean has(String text, String pattern) {
        return text.lines().anyMatch(line -> line.matches(pattern));
    }

    @Test
    void shouldExportTheHostListenersVerdictsAndEvents() throws IOException {
        try (FullListener listener = FullListener.open()) {
            String text = Waiting.until(
                    "an event",
                    () -> {
                        listener.overflow();
                        return scrape("tcpprobe");
                    },
                    now -> has(
                            now, "tcpProbeEventRule_info\\{.*=\"listenerOverflow\".*" + listener.address() + ".*} 1"));
            assertTrue(has(text, "tcpHCOutSegs [1-9].*"), text);
            assertTrue(has(text, "tcpProbeAgentSourceName\\{tcpProbeAgentSourceName=\"diag\"} 1"), text);
            assertTrue(has(text, "tcpProbeVerdictSenders\\{tcpProbeVerdictName=\"app\"} .*"), text);
            assertTrue(has(text, "tcpProbeEventSeverity_info\\{.*=\"critical\".*} 1"), text);
            assertTrue(
                    has(
                            text,
                            "tcpEStatsListenerMaxBacklog\\{.*tcpListenerLocalPort=\"" + listenerPort(listener)
                                    + "\"} .*"),
                    text);
            assertReadByPrometheus(text);
        }
    }

    private static String listenerPort(FullListener listener) {
        return listener.address().replaceAll(".*:", "");
    }

    @Test
    void shouldExportGroupsTopFlowsAndCounters() throws IOException {
        try (var _ = new LoopbackConnection()) {
            String groups = Waiting.until(
                    "groups",
                    () -> scrape("tcpprobe_groups"),
                    now -> has(
                            now,
                            "tcpProbeGroupFlows\\{tcpProbeGroupKind=\"role\",tcpProbeGroupName=\"client\",.*} [1-9].*"));
            assertReadByPrometheus(groups);
            String top = Waiting.until(
                    "the top flows",
                    () -> scrape("tcpprobe_top"),
                    now -> has(now, "tcpProbeTopValue\\{.*tcpProbeTopMeasureName=\"srtt\".*} [1-9].*"));
            assertReadByPrometheus(top);
            String counters = scrape("tcpprobe_counters");
            assertTrue(has(counters, "tcpProbeCounterValue\\{tcpProbeCounterName=\"TCPTimeouts\"} .*"), counters);
            assertReadByPrometheus(counters);
        }
    }

    /** promtool also reports names that are not those of Prometheus: the exporter takes them from the MIB. */
    private static void assertReadByPrometheus(String text) {
        Tools.Result result = Tools.here().run(List.of("promtool", "check", "metrics"), Map.of(), text);
        List<String> problems = result.all()
                .lines()
                .filter(line -> !line.contains("'snake_case'") && !line.contains("\"_total\" suffix"))
                .filter(line -> !line.contains("metric name should not include type"))
                .toList();
        assertEquals(List.of(), problems);
    }

    /** The generated files have the same modules; only the credentials are elsewhere since version 0.23. */
    @Test
    void shouldHaveTheSameModulesInBothFormats() {
        Map<String, Map<String, Object>> old = new Yaml().load(KitFiles.text(OLD));
        Map<String, Map<String, Map<String, Object>>> current =
                new Yaml().load(KitFiles.text("snmp_exporter/snmp.yml"));
        Map<String, Map<String, Object>> modules = Objects.requireNonNull(current.get("modules"));
        assertEquals(modules.keySet(), old.keySet());
        for (Map<String, Object> module : old.values()) {
            module.remove("auth");
            module.remove("version");
        }
        assertEquals(modules, old);
    }
}
