package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ConfigurationTest {
    static final List<Setting<?>> ALL = Settings.ALL;

    /** For every key a right value that is not its default. */
    private static final Map<String, String> OTHER = Map.ofEntries(
            Map.entry("bufsize", "8192"),
            Map.entry("debug", "1"),
            Map.entry("full", "1"),
            Map.entry("hashsize", "64"),
            Map.entry("maxflows", "7"),
            Map.entry("port", "22"),
            Map.entry("probetime", "20"),
            Map.entry("purgetime", "60"),
            Map.entry("snapshotage", "0"),
            Map.entry("snmp.listen", "127.0.0.1:161,[::1]:161"),
            Map.entry("probe.namespaces", "5"),
            Map.entry("kubelet.url", "https://node-1:10250/pods"),
            Map.entry("kubelet.tokenfile", "/etc/tcpprobe/token"),
            Map.entry("kubelet.cafile", "/etc/tcpprobe/ca.pem"),
            Map.entry("history.minutes", "4"),
            Map.entry("watch.max", "3"),
            Map.entry("otlp.endpoint", "https://collector.example.net:4318"),
            Map.entry("otlp.headers", "Authorization=Bearer abc=,X-Scope=team 1"),
            Map.entry("otlp.compression", "none"),
            Map.entry("otlp.timeout", "30"),
            Map.entry("kafka.servers", "192.0.2.1:9092, [2001:db8::1]:9092"),
            Map.entry("kafka.topics", "prod.tcpprobe"),
            Map.entry("kafka.config", "/etc/tcpprobe/kafka.properties"),
            Map.entry("ipfix.collector", "[2001:db8::1]:4739"),
            Map.entry("ipfix.transport", "tcp"),
            Map.entry("ipfix.domain", "4294967295"),
            Map.entry("ipfix.biflow", "1"),
            Map.entry("ipfix.templates", "600"),
            Map.entry("ipfix.messagesize", "1232"),
            Map.entry("push.interval", "10"),
            Map.entry("push.sampling", "8"),
            Map.entry("watch.time", "7"),
            Map.entry("snmp.community", "a=b#c"),
            Map.entry("snmp.baseoid", "1.3.6.1.4.1.99999.1"),
            Map.entry("snmp.notify", "127.0.0.1:162"),
            Map.entry("snmp.notifyuser", "ops"),
            Map.entry("snmp.contact", "Operations <noc@example.net>"),
            Map.entry("snmp.location", "Hall 2, row 7; rack #4"),
            Map.entry("snmp.name", "web1.example.net"),
            Map.entry("estats.path", "0"),
            Map.entry("estats.stack", "0"),
            Map.entry("estats.app", "0"),
            Map.entry("estats.tune", "0"),
            Map.entry("estats.notify", "1"),
            Map.entry("estats.latency", "30"),
            Map.entry("notifylog.entries", "17"),
            Map.entry("notifylog.minutes", "5"),
            Map.entry("http.listen", ""),
            Map.entry("http.metrics", "0"),
            Map.entry("metrics.groups", "7"),
            Map.entry("metrics.kinds", "role,prefix"),
            Map.entry("metrics.listeners", "9"),
            Map.entry("metrics.host", "1"),
            Map.entry("http.origins", "https://tcp.example.net"),
            Map.entry("jmx.listen", "127.0.0.1:9999"),
            Map.entry("jmx.flows", "5"),
            Map.entry("javaagent.wait", "0"),
            Map.entry("flowlog.days", "3"),
            Map.entry("flowlog.megabytes", "64"),
            Map.entry("state.dir", "/tmp/some where"),
            Map.entry("probe.source", "diag"),
            Map.entry("replay.file", "/tmp/some where/records"),
            Map.entry("replay.speed", "0.5"),
            Map.entry("replay.dialect", "original"),
            Map.entry("replay.rttunit", "ms"),
            Map.entry("snmp.inform", "1"),
            Map.entry("snmp.top", "5"),
            Map.entry("snmp.contexts", "5"),
            Map.entry("snmp.communitycontexts", "1"),
            Map.entry("groups.max", "20"),
            Map.entry("groups.ipv4prefix", "16"),
            Map.entry("groups.ipv6prefix", "32"),
            Map.entry("events.interval", "0"),
            Map.entry("events.clear", "7"),
            Map.entry("events.flows", "20"),
            Map.entry("events.large", "2"),
            Map.entry("events.retransmissions", "40"),
            Map.entry("events.rtt", "300"),
            Map.entry("events.blackhole", "70"),
            Map.entry("events.synflood", "90"),
            Map.entry("events.halfopen", "80"),
            Map.entry("events.failedconnects", "60"),
            Map.entry("events.memory", "50"),
            Map.entry(
                    "events.webhook",
                    "https://hooks.example.net/services/T0/B1?a=b%20c,http://[::1]:9093/api/v2/alerts"),
            Map.entry("events.webhook.format", "alertmanager"),
            Map.entry("events.webhook.tokenfile", "/etc/tcpprobe/web hook"),
            Map.entry("snmp.packetsize", "1400"));

    @TempDir
    Path folder;

    private Path file(String... lines) throws IOException {
        return Files.write(folder.resolve("tcpprobe.conf"), List.of(lines));
    }

    private static SettingStore store(Configuration configuration) {
        assertEquals(List.of(), configuration.problems());
        return configuration.store(List.of(), _ -> {});
    }

    @ParameterizedTest
    @FieldSource("ALL")
    void shouldReadTheKeyFromEveryOrigin(Setting<?> setting) throws IOException {
        String name = setting.name();
        String value = OTHER.get(name);
        var byFile =
                store(Configuration.read(file("# comment", "", " " + name + " = " + value + " "), Map.of(), List.of()));
        assertEquals(value, byFile.text(setting));
        assertEquals(Origin.FILE, byFile.origin(setting));
        var byEnvironment = store(Configuration.read(null, Map.of(setting.environmentName(), value), List.of()));
        assertEquals(value, byEnvironment.text(setting));
        assertEquals(Origin.ENVIRONMENT, byEnvironment.origin(setting));
        var byCommandLine = store(Configuration.read(null, Map.of(), List.of(name + "=" + value)));
        assertEquals(value, byCommandLine.text(setting));
        assertEquals(Origin.COMMAND_LINE, byCommandLine.origin(setting));
    }

    @Test
    void shouldLetTheLaterOriginWin() throws Exception {
        Path file = file("probetime = 1", "full = 1");
        Map<String, String> environment = Map.of("TCPPROBE_PROBETIME", "3", "PATH", "/bin");
        List<SettingValue<?>> saved = List.of(Settings.PROBETIME.of(2L), Settings.FULL.of(0L));
        List<String> commandLine = List.of("probetime=4", "probetime=5");

        var all = Configuration.read(file, environment, commandLine).store(saved, _ -> {});
        assertEquals(5, all.get(Settings.PROBETIME));
        assertEquals(Origin.COMMAND_LINE, all.origin(Settings.PROBETIME));
        assertEquals(0, all.get(Settings.FULL));
        assertEquals(Origin.SAVED, all.origin(Settings.FULL));

        assertEquals(
                3,
                Configuration.read(file, environment, List.of())
                        .store(saved, _ -> {})
                        .get(Settings.PROBETIME));
        assertEquals(
                2,
                Configuration.read(file, Map.of(), List.of())
                        .store(saved, _ -> {})
                        .get(Settings.PROBETIME));
        assertEquals(1, store(Configuration.read(file, Map.of(), List.of())).get(Settings.PROBETIME));
        assertEquals(500, store(Configuration.read(null, Map.of(), List.of())).get(Settings.PROBETIME));
    }

    @Test
    void shouldKnowAValueBeforeThereIsAStore() throws IOException {
        Path file = file("state.dir = /from/file");
        assertEquals(Path.of(""), Configuration.read(null, Map.of(), List.of()).early(Settings.STATE_DIR));
        assertEquals(
                Path.of("/from/file"),
                Configuration.read(file, Map.of(), List.of()).early(Settings.STATE_DIR));
        assertEquals(
                Path.of("/last"),
                Configuration.read(file, Map.of("TCPPROBE_STATE_DIR", "/env"), List.of("state.dir=/last"))
                        .early(Settings.STATE_DIR));
    }

    @Test
    void shouldReportAllProblemsTogether() throws IOException {
        Path file = file("colour = red", "probetime = soon", "nonsense", "port = 1", "port = 2");
        var configuration = Configuration.read(
                file,
                Map.of("TCPPROBE_FULL", "2", "TCPPROBE_COLOUR", "blue"),
                List.of("maxflows", "jmx.flows=-1", "=1", "=", "Port=1"));
        String see = "there is no such setting; use a name that 'tcpprobe settings' lists";
        assertEquals(
                List.of(
                        "read " + file + ":3: 'nonsense' is not an assignment; write KEY = VALUE",
                        "read " + file + ":5: the key occurs twice; remove one of the lines",
                        "read " + file + ": colour: " + see,
                        "read " + file + ": probetime: 'soon' is not a whole number; give 0..86400000 milliseconds",
                        "read environment TCPPROBE_FULL: '2' is out of range; give 0..1 flag",
                        "set 'maxflows': it is not an assignment; write KEY=VALUE",
                        "set jmx.flows: '-1' is out of range; give 0..10000 flows",
                        "set '=1': it is not an assignment; write KEY=VALUE",
                        "set '=': it is not an assignment; write KEY=VALUE",
                        "set Port: " + see),
                configuration.problems().stream().map(Problem::toString).toList());
        assertEquals(1, configuration.warnings().size(), "the unknown variable stops nothing");
    }

    /** What a pod has in its environment whose namespace has Services named tcpprobe and tcpprobe-snmp. */
    @Test
    void shouldIgnoreServiceLinksOfKubernetes() {
        Map<String, String> links = Map.ofEntries(
                Map.entry("TCPPROBE_SERVICE_HOST", "10.96.0.12"),
                Map.entry("TCPPROBE_SERVICE_PORT", "8778"),
                Map.entry("TCPPROBE_SERVICE_PORT_HTTP", "8778"),
                Map.entry("TCPPROBE_PORT", "tcp://10.96.0.12:8778"),
                Map.entry("TCPPROBE_PORT_8778_TCP", "tcp://10.96.0.12:8778"),
                Map.entry("TCPPROBE_PORT_8778_TCP_PROTO", "tcp"),
                Map.entry("TCPPROBE_PORT_8778_TCP_PORT", "8778"),
                Map.entry("TCPPROBE_PORT_8778_TCP_ADDR", "10.96.0.12"),
                Map.entry("TCPPROBE_SNMP_SERVICE_HOST", "10.96.0.13"),
                Map.entry("TCPPROBE_SNMP_PORT", "udp://10.96.0.13:161"),
                Map.entry("TCPPROBE_SNMP_PORT_161_UDP_ADDR", "10.96.0.13"));
        Configuration read = Configuration.read(null, links, List.of());
        assertEquals(List.of(), read.problems());
        assertEquals(List.of(), read.warnings());
        for (Origin origin : Origin.values()) {
            assertEquals(List.of(), read.values(origin));
        }
    }

    @Test
    void shouldWarnOfAnUnknownVariableAndGoOn() {
        Map<String, String> environment =
                Map.of("TCPPROBE_SNMP_LISTN", "127.0.0.1:161", "TCPPROBE_PORT", "22", "TCPPROBE_FULL", "1");
        Configuration read = Configuration.read(null, environment, List.of());
        assertEquals(List.of(), read.problems());
        assertEquals(
                List.of(
                        "read environment TCPPROBE_PORT: there is no such setting; the variable is ignored;"
                                + " the setting port has the variable TCPPROBE_PORT_FILTER",
                        "read environment TCPPROBE_SNMP_LISTN: there is no such setting; the variable is ignored;"
                                + " unset it, or use a name that 'tcpprobe settings' lists"),
                read.warnings().stream().map(Problem::toString).toList());
        assertEquals("1", store(read).text(Settings.FULL));
    }

    @Test
    void shouldReportAMissingOrUnreadableFile() {
        Path missing = folder.resolve("missing");
        assertEquals(
                "read " + missing + ": " + missing + " does not exist; give a readable file with --config, or no file",
                Configuration.read(missing, Map.of(), List.of())
                        .problems()
                        .getFirst()
                        .toString());
        assertEquals(
                1, Configuration.read(folder, Map.of(), List.of()).problems().size());
    }

    @Test
    void shouldReportAFileOfRandomBytesAndNeverThrow() throws IOException {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            bytes[0] = 'x'; // so that it is not all comment
            Path file = Files.write(folder.resolve("garbage"), bytes);
            assertFalse(Configuration.read(file, Map.of(), List.of()).problems().isEmpty(), "seed " + seed);
        }
    }

    @Test
    void shouldReportGarbageInTheEnvironmentAndOnTheCommandLine() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            String text = random.ints(random.nextInt(20), 0, 0x3000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            Map<String, String> environment = new HashMap<>(Map.of("TCPPROBE_" + text + "!", text));
            environment.put("TCPPROBE_PURGETIME", text + "!");
            var read = Configuration.read(null, environment, List.of("!" + text));
            assertEquals(2, read.problems().size(), "seed " + seed);
            assertEquals(1, read.warnings().size(), "seed " + seed);
            assertTrue(
                    read.values(Origin.COMMAND_LINE).isEmpty()
                            && read.values(Origin.ENVIRONMENT).isEmpty(),
                    "seed " + seed);
        }
    }
}
