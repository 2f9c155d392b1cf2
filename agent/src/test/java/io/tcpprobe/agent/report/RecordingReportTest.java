package io.tcpprobe.agent.report;

import static io.tcpprobe.agent.report.Recordings.json;
import static io.tcpprobe.agent.report.Recordings.lastLine;
import static io.tcpprobe.agent.report.Recordings.line;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingReportTest {
    private static final String NOTHING = "0 0 0 0 0 0";

    @TempDir
    Path folder;

    private final List<SettingValue<?>> values = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private RecordingReport read(int maximum, String... lines) throws Exception {
        Path file = Files.write(folder.resolve("records"), Arrays.asList(lines));
        return RecordingReport.of(file, settings(), maximum, warnings::add);
    }

    private RecordingReport read(String... lines) throws Exception {
        return read(RecordingReport.MAX_CONNECTIONS, lines);
    }

    private SettingStore settings() throws Exception {
        return new SettingStore(Map.of(Origin.COMMAND_LINE, values), _ -> {});
    }

    private static Object value(RecordingReport report, ReportColumn column) {
        return column.value(report.connections().getFirst());
    }

    @Test
    void shouldSumUpAConnection() throws Exception {
        RecordingReport report = read(
                line(3.0, 4711, 0, 10, 100, NOTHING),
                line(4.0, 4711, 1000, 20, 120, "2 1 0 0 0 0"),
                line(5.0, 4711, 3000, 5, 110, "1 3 0 0 0 0"),
                lastLine(7.0, 4711, 8000, 7, 127, "4 3 0 0 0 0"));
        assertEquals(1L, value(report, ReportColumn.CONNECTION));
        assertEquals("10.0.0.1:4711", value(report, ReportColumn.LOCAL));
        assertEquals("10.0.0.2:80", value(report, ReportColumn.REMOTE));
        assertEquals(0.0, value(report, ReportColumn.BEGIN));
        assertEquals(4.0, value(report, ReportColumn.DURATION));
        assertEquals(4L, value(report, ReportColumn.SAMPLES));
        assertEquals(8000L, value(report, ReportColumn.BYTES_ACKED));
        assertEquals(2000L, value(report, ReportColumn.SEND_RATE));
        assertEquals(100L, value(report, ReportColumn.RTT_MIN));
        assertEquals(110L, value(report, ReportColumn.RTT_P50));
        assertEquals(127L, value(report, ReportColumn.RTT_P90));
        assertEquals(127L, value(report, ReportColumn.RTT_P99));
        assertEquals(127L, value(report, ReportColumn.RTT_MAX));
        assertEquals("srtt", value(report, ReportColumn.RTT_BASIS));
        assertEquals(3L, value(report, ReportColumn.RETRANS));
        assertEquals(5L, value(report, ReportColumn.LOST)); // rises by 2 and by 3
        assertEquals(5L, value(report, ReportColumn.CWND_MIN));
        assertEquals(20L, value(report, ReportColumn.CWND_MAX));
        assertEquals("ended", value(report, ReportColumn.END));
        assertEquals("unknown", value(report, ReportColumn.LIFE_VERDICT));
        for (ReportColumn absent : List.of(
                ReportColumn.BYTES_RECEIVED,
                ReportColumn.RECEIVE_RATE,
                ReportColumn.TIMEOUTS,
                ReportColumn.VERDICTS,
                ReportColumn.RECEIVER_VERDICTS,
                ReportColumn.COMMAND)) {
            assertNull(value(report, absent), absent::label);
        }
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldContinueCountersThatWrap() throws Exception {
        RecordingReport report =
                read(line(1, 1, 0xffff_ff00L, 1, 1, NOTHING), line(2, 1, 0x1_0000_0011L, 1, 1, NOTHING));
        assertEquals(0x111L, value(report, ReportColumn.BYTES_ACKED));
    }

    @Test
    void shouldIgnoreRecordsOutOfOrderInCounters() throws Exception {
        RecordingReport report = read(
                line(1.0, 1, 100, 1, 1, NOTHING), line(1.1, 1, 50, 1, 1, NOTHING), line(1.2, 1, 300, 1, 1, NOTHING));
        assertEquals(200L, value(report, ReportColumn.BYTES_ACKED));
    }

    @Test
    void shouldContinueWhenTheTimeGoesBack() throws Exception {
        RecordingReport report = read(
                line(9_000_000_000.0, 1, 0, 1, 1, NOTHING),
                line(9_000_000_001.0, 1, 1, 1, 1, NOTHING),
                line(1, 1, 2, 1, 1, NOTHING),
                line(4, 1, 3, 1, 1, NOTHING));
        assertEquals(4.0, value(report, ReportColumn.DURATION));
    }

    @Test
    void shouldSurviveATimeThatGoesBackAndForth() throws Exception {
        RecordingReport report = read(IntStream.range(0, 101)
                .mapToObj(i -> line(i % 2 == 0 ? 0 : 9_000_000_000.0, 1, i, 1, 1, NOTHING))
                .toArray(String[]::new));
        assertEquals(101L, value(report, ReportColumn.SAMPLES));
        assertEquals(100L, value(report, ReportColumn.BYTES_ACKED));
    }

    @Test
    void shouldOrderConnectionsByBytes() throws Exception {
        RecordingReport report = read(
                line(1, 11, 0, 1, 1, NOTHING),
                line(1, 12, 0, 1, 1, NOTHING),
                line(1, 13, 0, 1, 1, NOTHING),
                line(2, 12, 500, 1, 1, NOTHING),
                line(2, 11, 100, 1, 1, NOTHING));
        assertEquals(
                List.of("10.0.0.1:12", "10.0.0.1:11", "10.0.0.1:13"),
                report.connections().stream().map(ConnectionReport::local).toList());
    }

    @Test
    void shouldReadThePortThatIsSet() throws Exception {
        values.add(Settings.PORT.parse("12"));
        RecordingReport report = read(line(1, 11, 0, 1, 1, NOTHING), line(1, 12, 0, 1, 1, NOTHING));
        assertEquals(1, report.connections().size());
        assertEquals(1, report.records());
        assertEquals("10.0.0.1:12", value(report, ReportColumn.LOCAL));
    }

    @Test
    void shouldReportRoundTripTimesOfEachMeasurementOnce() throws Exception {
        RecordingReport report = read(
                json(1, ",\"rttLast\":500,\"rttSamples\":0,\"srtt\":1"),
                json(2, ",\"rttLast\":600,\"rttSamples\":1,\"srtt\":2"),
                json(3, ",\"rttLast\":600,\"rttSamples\":1,\"srtt\":3"),
                json(4, ",\"rttLast\":900,\"rttSamples\":2,\"srtt\":4"));
        assertEquals("rttLast", value(report, ReportColumn.RTT_BASIS));
        assertEquals("[2001:db8::1]:443", value(report, ReportColumn.REMOTE));
        Distribution measured = report.connections().getFirst().roundTrips();
        assertEquals(2, measured.count());
        assertEquals(600, measured.minimum());
        assertEquals(900, measured.maximum());
    }

    /** Ten samples: in the first half the peer's window limits all of the busy time, then the send buffer. */
    @Test
    void shouldReportVerdictsOverTime() throws Exception {
        RecordingReport report = read(IntStream.rangeClosed(0, 10)
                .mapToObj(i -> json(
                        i / 2.0,
                        ",\"busyTime\":" + i * 500_000 + ",\"bytesSent\":" + i * 1000 + ",\"rwndLimited\":"
                                + Math.min(i, 5) * 500_000 + ",\"sndbufLimited\":" + Math.max(i - 5, 0) * 500_000))
                .toArray(String[]::new));
        assertEquals(
                List.of(
                        new VerdictTimes.Run(0, 500_000_000, Verdict.UNKNOWN), // there is no sample to compare with
                        new VerdictTimes.Run(500_000_000, 2_500_000_000L, Verdict.RWND),
                        new VerdictTimes.Run(2_500_000_000L, 5_000_000_000L, Verdict.SNDBUF)),
                report.connections().getFirst().verdicts().runs());
        assertEquals("sndbuf 50%, rwnd 40%, unknown 10%", value(report, ReportColumn.VERDICTS));
        assertEquals("0.0-0.5 unknown, 0.5-2.5 rwnd, 2.5-5.0 sndbuf", value(report, ReportColumn.VERDICT_TIMES));
        assertNull(value(report, ReportColumn.RECEIVER_VERDICTS));
    }

    @Test
    void shouldBoundTheVerdictTimes() {
        VerdictTimes times = new VerdictTimes();
        for (int i = 0; i < 1009; i++) {
            times.add(i, i + 1, i % 2 == 0 ? Verdict.NET : Verdict.APP);
        }
        assertEquals(VerdictTimes.MAX_RUNS, times.runs().size());
        assertEquals("net 50%, app 50%", times.shares());
    }

    @Test
    void shouldBoundTheConnections() throws Exception {
        RecordingReport report = read(
                3,
                IntStream.rangeClosed(1, 10)
                        .mapToObj(port -> lastLine(1, port, 0, 1, 1, NOTHING))
                        .toArray(String[]::new));
        assertEquals(3, report.connections().size());
        assertEquals(7, report.leftOut());
        report = read(
                3,
                IntStream.rangeClosed(1, 10)
                        .mapToObj(port -> line(1, port, 0, 1, 1, NOTHING))
                        .toArray(String[]::new));
        assertEquals(3, report.connections().size());
        assertEquals(7, report.leftOut()); // the same for connections that have not ended
    }

    @Test
    void shouldBearHugeCounters() throws Exception {
        RecordingReport report =
                read(Stream.of("0", "5000000000000000000", "10000000000000000000", "18446744073709551615", "7")
                        .map(count -> json(1, ",\"bytesAcked\":" + count + ",\"srtt\":4294967295,\"cwnd\":4294967295"))
                        .toArray(String[]::new));
        assertEquals(Long.MAX_VALUE, value(report, ReportColumn.BYTES_ACKED));
        assertEquals(4_294_967_295L, value(report, ReportColumn.RTT_P50));
        assertEquals(4_294_967_295L, value(report, ReportColumn.CWND_MAX));
        assertNull(value(report, ReportColumn.SEND_RATE)); // no time passed
    }

    @Test
    void shouldSkipAndReportBrokenLines() throws Exception {
        Path file = folder.resolve("records");
        Files.writeString(file, line(1, 1, 0, 1, 1, NOTHING) + "\nnonsense\n" + line(2, 1, 0, 1, 1, NOTHING));
        RecordingReport report = RecordingReport.of(file, settings(), warnings::add);
        assertEquals(1, report.records());
        assertEquals(2, report.badLines());
        assertTrue(warnings.getFirst().contains("line 2: "), warnings::toString);
        assertTrue(warnings.getLast().contains("line 3: does not end with a line feed"), warnings::toString);
    }

    @Test
    void shouldReadCompressedFilesUpToTheirDamage() throws Exception {
        Path file = folder.resolve("records.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < 5003; i++) {
                out.write((line(i, 1, i * 7919L % 104729, i, i, NOTHING) + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
        assertEquals(5003, RecordingReport.of(file, settings(), warnings::add).records());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        long records = RecordingReport.of(file, settings(), warnings::add).records();
        assertTrue(records > 0 && records < 5003, () -> records + " records");
        assertTrue(warnings.stream().anyMatch(text -> text.contains("truncated or damaged")), warnings::toString);
    }

    @Test
    void shouldReportWhyAFileIsNoRecording() {
        String empty = assertThrows(IOException.class, this::read).getMessage();
        assertTrue(empty.contains("none of its 0 lines is a record"), empty);
        assertTrue(empty.contains("name another file"), empty);
        String nonsense = assertThrows(IOException.class, () -> read("a b c")).getMessage();
        assertTrue(nonsense.contains("line 1: "), nonsense);
        String missing = assertThrows(
                        IOException.class,
                        () -> RecordingReport.of(folder.resolve("missing"), settings(), warnings::add))
                .getMessage();
        assertTrue(missing.endsWith("missing is not a readable file; name a file of records"), missing);
    }

    @Test
    void shouldHaveEveryValueInTheDocument() throws Exception {
        List<String> document = Files.readAllLines(Path.of("../docs/report.md"));
        for (ReportColumn column : ReportColumn.values()) {
            String row = "| `" + column.label() + "` | " + column.unit().label() + " | " + column.doc() + " |";
            assertTrue(document.contains(row), () -> "docs/report.md lacks: " + row);
        }
    }
}
