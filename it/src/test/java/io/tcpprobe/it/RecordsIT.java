package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Records: printed from live connections, and replayed from a file. */
class RecordsIT {
    private static final long STOP_SECONDS = 20;

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    /** Writes a recording of this many samples of one flow, one millisecond apart; cwnd grows from 10. */
    private Path recording(int samples) throws IOException {
        List<String> lines = IntStream.range(0, samples)
                .mapToObj(i ->
                        "%d.%03d000000 10.0.0.1:22 10.0.0.2:65221 80 0x%x 0x64 %d 2147483647 65536 43 53 255 0 7 3 0 1 2 0x64"
                                .formatted(i / 1000, i % 1000, 0x100000065L + i, 10 + i))
                .toList();
        return Files.write(folder.resolve("recording"), lines);
    }

    private static AgentOptions replay(AgentOptions options, Path file) {
        return options.set("probe.source", "replay").set("replay.file", file).set("replay.speed", 0);
    }

    @Test
    void shouldPrintARecordingInBothFormats() throws IOException {
        AgentOptions options = replay(AgentOptions.bare(), recording(1009));
        Tools.Result printed = options.run("records");
        assertEquals(1009, RecordLine.parseAll(printed.expectSuccess()).size());
        assertTrue(printed.err().contains("1009 records from source replay, 0 dropped"), printed::toString);
        List<String> json = options.run("records", "--format", "json")
                .expectSuccess()
                .lines()
                .toList();
        assertEquals(1009, json.size());
        assertTrue(json.getLast().contains("\"cwnd\":1018,"), json.getLast());
    }

    @Test
    void shouldPrintOnlyTheFlowsOfAPort() throws IOException {
        AgentOptions options = replay(AgentOptions.bare(), recording(13));
        assertEquals(
                13,
                options.run("records", "--port", "65221")
                        .expectSuccess()
                        .lines()
                        .count());
        assertEquals(
                0,
                options.run("records", "--port", "23").expectSuccess().lines().count());
    }

    @Test
    @Needs({"snmpget"})
    void shouldServeTheFlowsOfARecording() throws Exception {
        AgentProcess agent = agents.start(replay(AgentOptions.in(folder.resolve("state")), recording(101)));
        Snmp snmp = Snmp.v2c(Tools.here(), agent, "public");
        long flow = new SnmpFlows(snmp).find(22, 65221);
        String entry = SnmpFlows.BASE + ".1.4.1.";
        assertEquals(110, snmp.get(entry + FlowField.CWND.id() + "." + flow).number());
        assertEquals(7, snmp.get(entry + FlowField.RETRANS.id() + "." + flow).number());
        assertEquals(
                0x1000000c9L,
                snmp.get(entry + FlowField.SND_NXT.id() + "." + flow).number());
        assertFalse(snmp.get(entry + FlowField.STATE.id() + "." + flow).present(), "a record has no state");
        assertEquals(1L, new Jolokia(agent.http()).read("tcpprobe:type=Flows", "Count"));
    }

    @Test
    void shouldPlayWhatItHasPrintedAsJson() throws IOException {
        Path json = folder.resolve("json");
        replay(AgentOptions.bare(), recording(1009))
                .run("records", "--format", "json", "--out", json.toString())
                .expectSuccess();
        Tools.Result printed = replay(AgentOptions.bare(), json).run("records");
        assertEquals(1009, RecordLine.parseAll(printed.expectSuccess()).size());
        assertTrue(printed.err().contains("1009 records from source replay, 0 dropped"), printed::toString);
    }

    @Test
    void shouldWarnOfAFileWithoutARecord() throws IOException {
        Path file = Files.writeString(folder.resolve("nonsense"), "1.5 10.0.0.1:1 10.0.0.2:2 7\nno record\n");
        Tools.Result printed = replay(AgentOptions.bare(), file).run("records");
        assertTrue(
                printed.err()
                        .contains("none of its 2 lines is a record (line 1: has 4 columns; expected are 19 or 16"
                                + " (tcp_probe_plus) or 11 (tcp_probe))"),
                printed::toString);
    }

    @Test
    void shouldReportWhyThereAreNoRecords() {
        Tools.Result refused = AgentOptions.bare().set("probe.source", "diag").run("records");
        assertEquals(1, refused.status(), refused::toString);
        assertTrue(refused.err().contains("it polls and does not see ACKs; use a source"), refused::toString);
    }

    @Test
    @Needs({"root", "bpf"})
    void shouldPrintEverySampleOfALiveConnectionUntilStopped() throws Exception {
        Path out = folder.resolve("out");
        try (Traffic traffic = new Traffic()) {
            int remote = traffic.listen();
            int local = traffic.connect(remote);
            Process records = start("records", "--port", Integer.toString(remote), "--out", out.toString());
            try {
                Waiting.until(
                        "records",
                        () -> {
                            traffic.send(local, 100_003);
                            assertTrue(records.isAlive(), () -> "records has ended: " + errorOutput(records));
                            return records(out).size();
                        },
                        count -> count > 100);
                traffic.disconnect(local);
                Waiting.until(
                        "the last one",
                        () -> records(out),
                        all -> all.stream().anyMatch(record -> isLast(record, local)));
            } finally {
                records.toHandle().destroy(); // SIGTERM; Process.destroy would also close the streams
                assertTrue(records.waitFor(STOP_SECONDS, TimeUnit.SECONDS));
            }
            String err = errorOutput(records);
            assertTrue(err.contains(records(out).size() + " records from source "), err);
        }
    }

    /** As in every other output, this process owns both endpoints, including the accepted one. */
    @Test
    @Needs({"root", "bpf"})
    void shouldPrintTheProcessThatHasTheSocketOpenAsJson() throws Exception {
        Path out = folder.resolve("out");
        String ours = "\"pid\":" + ProcessHandle.current().pid() + ",";
        try (Traffic traffic = new Traffic()) {
            int remote = traffic.listen();
            Process records =
                    start("records", "--port", Integer.toString(remote), "--out", out.toString(), "--format", "json");
            try {
                Waiting.until("the file", () -> Files.exists(out), exists -> exists);
                int local = traffic.connect(remote);
                for (int port : List.of(local, remote)) {
                    Waiting.until(
                            "a record of port " + port,
                            () -> {
                                traffic.send(local, 100_003);
                                return text(out);
                            },
                            json -> json.lines()
                                    .anyMatch(line ->
                                            line.contains("\"localPort\":" + port + ",") && line.contains(ours)));
                }
            } finally {
                records.toHandle().destroy();
                assertTrue(records.waitFor(STOP_SECONDS, TimeUnit.SECONDS));
            }
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isLast(RecordLine record, int local) {
        return record.source().endsWith(":" + local) && record.length() == RecordLine.LAST;
    }

    @Test
    @Needs({"root", "bpf"})
    void shouldStopWhenItsReaderCloses() throws Exception {
        try (Traffic traffic = new Traffic()) {
            int remote = traffic.listen();
            int local = traffic.connect(remote);
            Process records = start("records", "--port", Integer.toString(remote));
            try {
                records.getInputStream().close();
                Waiting.until(
                        "its end",
                        () -> {
                            traffic.send(local, 100_003);
                            return records.isAlive();
                        },
                        alive -> !alive);
                assertEquals(0, records.exitValue(), () -> errorOutput(records));
            } finally {
                records.destroyForcibly();
            }
        }
    }

    private static Process start(String... command) throws IOException {
        AgentOptions options = AgentOptions.bare()
                .set("probe.source", "bpf")
                .set("probetime", 0)
                .set("full", 1);
        return options.tools().start(new ArrayList<>(options.line(List.of(command))), Map.of());
    }

    /** Returns what a program that has ended wrote to standard error. */
    private static String errorOutput(Process ended) {
        try {
            return new String(ended.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns the complete lines that a file has so far. */
    private static List<RecordLine> records(Path file) {
        try {
            String text = Files.exists(file) ? Files.readString(file) : "";
            return RecordLine.parseAll(text.substring(0, text.lastIndexOf('\n') + 1));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
