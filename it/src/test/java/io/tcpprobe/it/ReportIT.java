package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tcpprobe report} and {@code plot} of a recording of connections over a link that loses segments. */
@Needs({"root", "bpf", "nft", "netns"})
class ReportIT {
    private static final long STOP_SECONDS = 20;
    private static final int LARGE = 8_000_009;
    private static final int SMALL = 100_003;

    @TempDir
    Path folder;

    private record Recorded(Path file, int port, int large, int small) {}

    /** Records two connections, each with both of its endpoints. */
    private Recorded record() throws Exception {
        Path file = folder.resolve("samples.json");
        try (LinkedTraffic link = LinkedTraffic.open()) {
            int port = link.far().listen(TestNamespaces.FAR_ADDRESS);
            AgentOptions options = AgentOptions.bare()
                    .set("probe.source", "bpf")
                    .set("probetime", 0)
                    .set("full", 1)
                    .set("bufsize", 65536);
            Process records = options.tools()
                    .start(
                            options.line(List.of(
                                    "records",
                                    "--format",
                                    "json",
                                    "--port",
                                    Integer.toString(port),
                                    "--out",
                                    file.toString())),
                            Map.of());
            try (BufferedReader err =
                    new BufferedReader(new InputStreamReader(records.getErrorStream(), StandardCharsets.UTF_8))) {
                String printed = "";
                while (!printed.contains("records from source bpf")) { // it may warn of a fault of the kernel before
                    printed = err.readLine();
                    assertNotNull(printed, "records has ended");
                }
                link.namespaces().loseOneInHundred();
                int large = link.near().connect(TestNamespaces.FAR_ADDRESS, port);
                int small = link.near().connect(TestNamespaces.FAR_ADDRESS, port);
                link.near().send(large, LARGE);
                link.near().send(small, SMALL);
                link.near().disconnect(large);
                link.near().disconnect(small);
                Waiting.until("the last records", () -> lasts(file), count -> count == 4);
                records.toHandle().destroy(); // SIGTERM; Process.destroy would also close the streams
                assertTrue(records.waitFor(STOP_SECONDS, TimeUnit.SECONDS));
                String end = err.readLine();
                assertTrue(end.endsWith(" records from source bpf, 0 dropped"), end);
                return new Recorded(file, port, large, small);
            } finally {
                records.destroyForcibly();
            }
        }
    }

    private static long lasts(Path file) {
        try {
            return Files.readString(file)
                    .lines()
                    .filter(line -> line.contains("\"length\":65535,"))
                    .count();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Map<String, JSONObject> byLocal(String lines) throws Exception {
        List<JSONObject> all = new ArrayList<>();
        for (String line : lines.lines().toList()) {
            all.add(new JSONParser().parse(line, JSONObject.class));
        }
        return all.stream().collect(Collectors.toMap(one -> one.get("local") + " " + one.get("remote"), one -> one));
    }

    private static long number(JSONObject connection, String name) {
        return ((Number) connection.get(name)).longValue();
    }

    private static String flow(String from, int fromPort, String to, int toPort) {
        return from + ":" + fromPort + " " + to + ":" + toPort;
    }

    @Test
    void shouldReportAndDrawWhatTheConnectionsDid() throws Exception {
        Recorded recorded = record();
        AgentOptions options = AgentOptions.bare();
        String file = recorded.file.toString();
        Map<String, JSONObject> json =
                byLocal(options.run("report", file, "--format", "json").expectSuccess());
        assertEquals(4, json.size(), "two connections with two endpoints each");
        String near = TestNamespaces.NEAR_ADDRESS;
        String far = TestNamespaces.FAR_ADDRESS;
        JSONObject sender = json.get(flow(near, recorded.large, far, recorded.port));
        JSONObject receiver = json.get(flow(far, recorded.port, near, recorded.large));
        assertEquals(LARGE, number(sender, "bytesAcked"));
        assertEquals(Traffic.GREETING, number(sender, "bytesReceived"));
        assertEquals(LARGE, number(receiver, "bytesReceived"));
        assertEquals(Traffic.GREETING, number(receiver, "bytesAcked"));
        assertEquals(SMALL, number(json.get(flow(near, recorded.small, far, recorded.port)), "bytesAcked"));
        assertEquals(SMALL, number(json.get(flow(far, recorded.port, near, recorded.small)), "bytesReceived"));
        assertTrue(number(sender, "retrans") > 0, sender::toString);
        assertTrue(number(sender, "lost") > 0, sender::toString);
        assertTrue(number(sender, "cwndMax") > number(sender, "cwndMin"), sender::toString);
        assertEquals("rttLast", sender.get("rttBasis"));
        assertEquals("finSent", sender.get("end"));
        assertEquals("finReceived", receiver.get("end"));
        checkOtherFormats(options, file, sender);
        checkPlot(options, file, sender);
    }

    /** The other formats show the same figures; the connection with the most bytes comes first. */
    private void checkOtherFormats(AgentOptions options, String file, JSONObject sender) throws IOException {
        List<String> csv = options.run("report", file, "--format", "csv")
                .expectSuccess()
                .lines()
                .toList();
        assertEquals(5, csv.size());
        List<String> names = Arrays.asList(csv.getFirst().split(",", -1));
        for (String line : csv.subList(1, 3)) {
            assertTrue(line.contains("," + LARGE + ","), line);
        }
        String local = "," + sender.get("local") + ",";
        String row =
                csv.stream().filter(line -> line.contains(local)).findFirst().orElseThrow();
        List<String> cells = Arrays.asList(row.split(",", -1));
        for (String name : List.of("connection", "bytesAcked", "retrans", "cwndMax", "rttP50", "samples")) {
            assertEquals(Long.toString(number(sender, name)), cells.get(names.indexOf(name)), name + " in " + row);
        }
        String table = options.run("report", file).expectSuccess();
        assertEquals(6, table.lines().count(), table);
        assertTrue(table.lines().toList().getLast().contains(": 4 connections, "), table);
        String shown = table.lines()
                .filter(line -> line.contains(" " + sender.get("local") + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(table));
        assertTrue(
                Arrays.asList(shown.strip().split("\\s+")).contains(Long.toString(number(sender, "retrans"))), shown);
        Path page = folder.resolve("report.html");
        options.run("report", file, "--format", "html", "--out", page.toString())
                .expectSuccess();
        String html = Files.readString(page);
        assertTrue(html.contains(String.valueOf(sender.get("local"))), html);
        assertFalse(html.contains("src=") || html.contains("http:") || html.contains("https:"), "it loads nothing");
    }

    private void checkPlot(AgentOptions options, String file, JSONObject sender) throws Exception {
        Path picture = folder.resolve("picture.svg");
        options.run(
                        "plot",
                        file,
                        "--connection",
                        Long.toString(number(sender, "connection")),
                        "--out",
                        picture.toString())
                .expectSuccess();
        DrawnFlow drawn = DrawnFlow.read(picture);
        assertEquals(sender.get("local") + " \u2192 " + sender.get("remote"), drawn.title());
        assertEquals(number(sender, "retrans"), drawn.number("retransmissions: (\\d+)"));
        assertEquals(number(sender, "timeouts"), drawn.number("timeouts: (\\d+)"));
        assertEquals(number(sender, "samples"), drawn.number("(\\d+) samples"));
        assertTrue(drawn.has("8.00 MB acknowledged"), drawn::texts);
        for (String line : List.of("in flight", "cwnd", "send window", "srtt")) {
            assertTrue(drawn.has(line), () -> "no " + line + ": " + drawn.texts());
        }
    }
}
