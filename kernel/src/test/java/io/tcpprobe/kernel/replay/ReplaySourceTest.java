package io.tcpprobe.kernel.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingValue;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.records.RecordFormat;
import io.tcpprobe.kernel.records.RecordPrinter;
import io.tcpprobe.test.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that is played, with a clock that the test moves. */
class ReplaySourceTest {
    private static final long START = 5_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path folder;

    private final List<SettingValue<?>> values = new ArrayList<>();
    private long now = START;
    private ReplaySource source;

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
    }

    /** A record of the flow with this port. */
    private static String line(double time, int port, int cwnd, int length) {
        return String.format(
                Locale.ROOT,
                "%.9f 10.0.0.1:%d 10.0.0.2:80 %d 0x65 0x64 %d 2147483647 65536 11000 25000 111000 0 0 3 0 0 1 0x64",
                time,
                port,
                length,
                cwnd);
    }

    private void play(String... lines) throws Exception {
        Path file = folder.resolve("records");
        Files.writeString(file, String.join("\n", lines) + "\n");
        values.add(Settings.REPLAY_FILE.parse(file.toString()));
        source = ReplaySource.open(settings(), () -> now);
    }

    private SettingStore settings() throws Exception {
        return new SettingStore(Map.of(Origin.COMMAND_LINE, values), _ -> {});
    }

    /** The flows so many seconds after the start. */
    private FlowColumns after(double seconds) throws IOException {
        now = START + (long) (seconds * SECOND);
        source.refresh();
        return FlowColumns.copyOf(source.rows());
    }

    @Test
    void shouldPlayRecordsAtTheirTimes() throws Exception {
        play(line(100.0, 1, 10, 32), line(100.5, 1, 11, 32), line(102.0, 2, 5, 32), line(103.0, 1, 12, 65535));
        assertEquals(10, after(0).number(FlowField.CWND, 0));
        assertEquals(10, after(0.4).number(FlowField.CWND, 0));
        FlowColumns later = after(1.9);
        assertEquals(1, later.size());
        assertEquals(11, later.number(FlowField.CWND, 0));
        assertEquals(START + SECOND / 2, later.number(FlowField.SAMPLED, 0));
        assertEquals(2, after(2.5).size());
        assertFalse(source.ended());
        FlowColumns end = after(3.0);
        assertEquals(1, end.size());
        assertEquals(2, end.number(FlowField.LOCAL_PORT, 0));
        assertTrue(source.ended());
    }

    @ParameterizedTest
    @CsvSource({"2, 4.9, 10", "2, 5.0, 11", "0.5, 19.9, 10", "0.5, 20.0, 11", "0, 0, 11", "100, 0.1, 11"})
    void shouldPlayAtAnyMultipleOfTheRecordedSpeed(String speed, double seconds, long cwnd) throws Exception {
        values.add(Settings.REPLAY_SPEED.parse(speed));
        play(line(0, 1, 10, 32), line(10, 1, 11, 32));
        assertEquals(cwnd, after(seconds).number(FlowField.CWND, 0));
    }

    @Test
    void shouldUseTheRecordedTimeAsTheClockOfTheRows() throws Exception {
        values.add(Settings.REPLAY_SPEED.parse("10"));
        play(line(100, 1, 10, 32), line(103, 1, 11, 32), line(120, 1, 12, 32));
        assertEquals(START + 3 * SECOND, after(0.4).number(FlowField.SAMPLED, 0));
        assertEquals(START + 4 * SECOND, source.rowNanos(now));
        after(60);
        assertEquals(START + 20 * SECOND, source.rowNanos(now), "it stands at the end");
    }

    @Test
    void shouldStandWhileItIsPaused() throws Exception {
        play(line(0, 1, 10, 32), line(1, 1, 11, 32), line(2, 1, 12, 32));
        now = START + SECOND / 2;
        source.pause();
        assertEquals(10, after(100).number(FlowField.CWND, 0));
        assertEquals(START + SECOND / 2, source.rowNanos(now));
        assertFalse(source.state().playing());
        source.play();
        assertEquals(10, after(100.4).number(FlowField.CWND, 0));
        assertEquals(11, after(100.5).number(FlowField.CWND, 0));
        source.speed(2);
        assertEquals(12, after(101).number(FlowField.CWND, 0));
        assertEquals(2 * SECOND, source.state().positionNanos());
        assertTrue(source.state().ended());
    }

    private FlowColumns moved(double seconds) throws IOException {
        source.moveTo((long) (seconds * SECOND), () -> false);
        return FlowColumns.copyOf(source.rows());
    }

    /** The flows, their ids and all values are those that were there when this position was played. */
    @Test
    void shouldMoveToAnyPosition() throws Exception {
        values.add(Settings.PURGETIME.parse("5"));
        play(
                line(0, 1, 10, 32),
                line(1, 2, 20, 32),
                line(2, 3, 30, 32),
                line(3, 2, 21, 65535),
                line(9, 3, 31, 32),
                line(10, 1, 11, 32),
                line(11, 2, 22, 32));
        List<String> played = new ArrayList<>();
        for (double second = 0; second < 12; second += 0.5) {
            played.add(text(after(second)));
        }
        assertTrue(source.ended());
        source.pause();
        for (int half : new int[] {20, 3, 4, 0, 23, 15, 6, 19, 22, 21}) {
            assertEquals(played.get(half), text(moved(half / 2.0)), "at " + half / 2.0);
        }
        assertEquals(11 * SECOND, source.state().lengthNanos().orElseThrow());
    }

    private static String text(FlowColumns flows) {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < flows.size(); row++) {
            text.append(flows.flowId(row));
            for (FlowField field : List.of(
                    FlowField.LOCAL_PORT, FlowField.CWND, FlowField.SAMPLED, FlowField.FIRST_SEEN, FlowField.SAMPLES)) {
                text.append(' ').append(flows.number(field, row));
            }
            text.append('\n');
        }
        return text.toString();
    }

    @Test
    void shouldGoOnFromThePositionThatItWasMovedTo() throws Exception {
        play(line(0, 1, 10, 32), line(10, 1, 11, 32), line(12, 1, 12, 32), line(20, 1, 13, 32));
        after(1);
        assertEquals(11, moved(11).number(FlowField.CWND, 0));
        assertEquals(11, after(1.9).number(FlowField.CWND, 0));
        assertEquals(12, after(2).number(FlowField.CWND, 0));
        assertEquals(13, moved(100).number(FlowField.CWND, 0));
        assertEquals(20 * SECOND, source.state().positionNanos());
        assertEquals(10, moved(0).number(FlowField.CWND, 0));
        assertFalse(source.ended());
    }

    @Test
    void shouldMoveWhenAllWasPlayedAtOnce() throws Exception {
        values.add(Settings.REPLAY_SPEED.parse("0"));
        play(line(0, 1, 10, 32), line(10, 1, 11, 32), line(20, 1, 12, 32));
        assertEquals(20 * SECOND, source.state().positionNanos());
        source.pause();
        FlowColumns flows = moved(15);
        assertEquals(11, flows.number(FlowField.CWND, 0));
        assertEquals(5 * SECOND, source.rowNanos(now) - flows.number(FlowField.SAMPLED, 0));
    }

    @Test
    void shouldStopAMove() throws Exception {
        String[] lines = IntStream.range(0, 50_000)
                .mapToObj(i -> line(i, 1, 1 + i % 1000, 32))
                .toArray(String[]::new);
        play(lines);
        source.pause();
        source.moveTo(60_000 * SECOND, () -> true);
        assertTrue(source.state().positionNanos() < 10_000 * SECOND, "" + source.state());
        assertFalse(source.ended());
        assertEquals(1 + 30_000 % 1000, moved(30_000).number(FlowField.CWND, 0));
    }

    @Test
    void shouldFindTheLengthWithoutPlaying() throws Exception {
        play(line(7, 1, 10, 32), line(50, 1, 11, 32), "nonsense");
        Waiting.until("the length", () -> source.state().lengthNanos().isPresent());
        assertEquals(43 * SECOND, source.state().lengthNanos().orElseThrow());
        assertEquals(0, source.badLines(), "it has not been played");
        moved(60);
        moved(0);
        moved(60);
        assertEquals(1, source.badLines());
    }

    @Test
    void shouldKeepTheFlowsWhenTheFileHasEnded() throws Exception {
        play(line(0, 1, 10, 32), line(1, 2, 10, 32));
        after(2);
        assertTrue(source.ended());
        assertEquals(2, after(1_000_000).size());
    }

    @Test
    void shouldLetAFlowGoThatIsSilentForPurgetimeAsRecorded() throws Exception {
        values.add(Settings.PURGETIME.parse("10"));
        values.add(Settings.REPLAY_SPEED.parse("2"));
        play(line(0, 1, 10, 32), line(9, 2, 10, 32), line(15, 2, 10, 32), line(100, 2, 10, 32));
        assertEquals(2, after(4.9).size());
        assertEquals(1, after(5.1).size());
    }

    @Test
    void shouldCountAndSkipBadLines() throws Exception {
        play(line(0, 1, 10, 32), "nonsense", "", line(0, 2, 10, 32).replace("0x65", "65"), line(0, 3, 10, 32));
        assertEquals(2, after(0).size());
        assertEquals(2, source.badLines());
        assertEquals(2L, source.statistics().get(FlowStatistic.BAD_LINES));
    }

    @Test
    void shouldPlayALoggedFile() throws Exception {
        String logged = "['2015-02-18 08:40:49', '" + line(0.5, 7, 10, 32).replace(" ", "', '") + "']";
        values.add(Settings.REPLAY_DIALECT.parse("original"));
        play(logged, logged.replace("'0.500000000'", "'1.000000000'"));
        FlowColumns flows = after(0.4);
        assertEquals(1, flows.number(FlowField.SAMPLES, 0));
        assertEquals(50_000, flows.number(FlowField.RTTVAR, 0));
        assertEquals(3, flows.number(FlowField.UNACKED, 0));
        assertEquals(2, after(0.5).number(FlowField.SAMPLES, 0));
    }

    /** Somebody opened /proc/net/tcpprobe anew and logged on; and CPUs overtake one another. */
    @Test
    void shouldGoOnWhereTimesGoBack() throws Exception {
        play(
                line(100, 1, 10, 32),
                line(101, 1, 11, 32),
                line(100.9, 1, 12, 32),
                line(0.1, 1, 13, 32),
                line(1.1, 1, 14, 32));
        assertEquals(13, after(1).number(FlowField.CWND, 0));
        assertEquals(13, after(1.9).number(FlowField.CWND, 0));
        assertEquals(14, after(2).number(FlowField.CWND, 0));
    }

    @Test
    void shouldHonourPortAndMaxflows() throws Exception {
        values.add(Settings.PORT.parse("2"));
        play(line(0, 1, 10, 32), line(0, 2, 10, 32), line(0, 2222, 10, 32));
        FlowColumns flows = after(0);
        assertEquals(1, flows.size());
        assertEquals(2, flows.number(FlowField.LOCAL_PORT, 0));
        values.add(Settings.PORT.parse("80"));
        values.add(Settings.MAXFLOWS.parse("2"));
        source.close();
        play(line(0, 1, 10, 32), line(0, 2, 10, 32), line(0, 2222, 10, 32));
        assertEquals(2, after(0).size());
    }

    @Test
    void shouldReportTheFileThatCannotBePlayed() throws Exception {
        var unnamed = assertThrows(IOException.class, () -> ReplaySource.open(settings(), () -> now));
        assertTrue(unnamed.getMessage().contains("--set replay.file=FILE"), unnamed.getMessage());
        values.add(Settings.REPLAY_FILE.parse(folder.resolve("nosuch").toString()));
        var missing = assertThrows(IOException.class, () -> ReplaySource.open(settings(), () -> now));
        assertTrue(missing.getMessage().contains("nosuch"), missing.getMessage());
    }

    private byte[] resource(String name) throws IOException {
        try (var in = ReplaySourceTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private FlowColumns playBytes(byte[] bytes) throws Exception {
        Path file = Files.write(folder.resolve("records"), bytes);
        values.add(Settings.REPLAY_FILE.parse(file.toString()));
        values.addFirst(Settings.REPLAY_SPEED.parse("0"));
        source = ReplaySource.open(settings(), () -> now);
        assertTrue(source.ended());
        return FlowColumns.copyOf(source.rows());
    }

    private static int row(FlowColumns flows, int localPort) {
        return IntStream.range(0, flows.size())
                .filter(row -> flows.number(FlowField.LOCAL_PORT, row) == localPort)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldNotPlayALineThatIsCutOff() throws Exception {
        FlowColumns flows = playBytes(resource("records-torn.txt"));
        assertEquals(1, flows.size());
        assertEquals(1, flows.number(FlowField.SAMPLES, 0));
        assertEquals(1, source.badLines());
    }

    /** All but a line with a column too many, one with a column too few, and an object that is not a flow. */
    @Test
    void shouldPlayLinesInAllTheShapesThatPeopleFeed() throws Exception {
        FlowColumns flows = playBytes(resource("records-mixed.txt"));
        assertEquals(3, source.badLines());
        long samples = 0;
        for (int row = 0; row < flows.size(); row++) {
            samples += flows.number(FlowField.SAMPLES, row);
        }
        assertEquals(12, samples);
        NetworkInterface eth0 = NetworkInterface.getByName("eth0");
        assertEquals(eth0 != null && eth0.getIndex() == 4 ? 2 : 3, flows.size(), "IPv4, zone 4, zone eth0");
    }

    @Test
    void shouldPlayTheRecordsOfMainlineTcpProbe() throws Exception {
        FlowColumns flows = playBytes(resource("tcp_probe-11.txt"));
        assertEquals(2, flows.size());
        int row = row(flows, 43524);
        assertEquals(4, flows.number(FlowField.SAMPLES, row));
        assertEquals(96, flows.number(FlowField.CWND, row));
        assertEquals(48, flows.number(FlowField.SSTHRESH, row));
        assertEquals(0x9ab77d12L, flows.number(FlowField.SND_NXT, row));
        assertEquals(41250, flows.number(FlowField.SRTT, row));
        assertEquals(29312, flows.number(FlowField.RECEIVE_WINDOW, row));
        assertFalse(flows.has(FlowField.RTTVAR, row), "it is not recorded");
        assertFalse(flows.has(FlowField.SOCKET_IDF, row), "it is not recorded");
    }

    @Test
    void shouldReadRoundTripTimesInMilliseconds() throws Exception {
        values.add(Settings.REPLAY_RTTUNIT.parse("ms"));
        FlowColumns flows = playBytes(resource("tcp_probe_plus-16.txt"));
        assertEquals(1, flows.size());
        assertEquals(44_000, flows.number(FlowField.SRTT, 0));
        assertEquals(82_000, flows.number(FlowField.RTTVAR, 0));
        assertEquals(2, flows.number(FlowField.UNACKED, 0));
        assertFalse(flows.has(FlowField.RECEIVE_QUEUE, 0), "it is not recorded");
        assertEquals(0, source.badLines());
    }

    @Test
    void shouldPlayTheTextOfTheTracepointByCookie() throws Exception {
        FlowColumns flows = playBytes(resource("tcp_probe-trace.txt"));
        assertEquals(0, source.badLines());
        assertEquals(3, flows.size());
        int row = row(flows, 43872);
        assertEquals(0x5a, flows.number(FlowField.COOKIE, row));
        assertEquals(2, flows.number(FlowField.SAMPLES, row));
        assertEquals(160, flows.number(FlowField.SSTHRESH, row));
        assertEquals(1101, flows.number(FlowField.SRTT, row));
        assertEquals(32, flows.number(FlowField.LENGTH, row(flows, 54326)));
        assertFalse(flows.has(FlowField.COOKIE, row(flows, 54326)), "Linux 4.16 does not print it");
    }

    /** Every value that a row can have comes back, its times as far from the sample as they were. */
    @Test
    void shouldPlayOurJson() throws Exception {
        play(line(7, 1, 10, 32), line(8, 2, 10, 32));
        FlowColumns before = after(2);
        String json = print(source.rows());
        source.close();
        now += 1000 * SECOND;
        FlowColumns flows = playBytes(json.getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(0, source.badLines());
        assertEquals(2, flows.size());
        for (int row = 0; row < 2; row++) {
            for (FlowField field : FlowField.values()) {
                assertEquals(before.has(field, row), flows.has(field, row), field.label());
                if (field.kind() == FlowField.Kind.ADDRESS) {
                    FlowField type = field == FlowField.LOCAL_ADDRESS
                            ? FlowField.LOCAL_ADDRESS_TYPE
                            : FlowField.REMOTE_ADDRESS_TYPE;
                    assertArrayEquals(before.address(field, type, row), flows.address(field, type, row));
                } else if (before.has(field, row) && field.kind() == FlowField.Kind.TIME) {
                    assertEquals(
                            before.number(FlowField.SAMPLED, row) - before.number(field, row),
                            flows.number(FlowField.SAMPLED, row) - flows.number(field, row),
                            field.label());
                } else if (before.has(field, row)) {
                    assertEquals(before.number(field, row), flows.number(field, row), field.label());
                }
            }
            assertEquals(now, flows.number(FlowField.SAMPLED, row));
        }
    }

    private static String print(FlowRows rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordPrinter printer = new RecordPrinter(RecordFormat.JSON, out, START);
        for (int row = 0; row < rows.count(); row++) {
            printer.sampled(rows.memory(), (long) row * FlowLayout.SIZE);
        }
        printer.flush();
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    @Test
    void shouldPlayAFileThatGzipHasCompressed() throws Exception {
        assertEquals(2, playBytes(gzip(resource("tcp_probe-11.txt"))).size());
        assertEquals(0, source.badLines());
    }

    @Test
    void shouldPlayATruncatedCompressedFileUpToItsEnd() throws Exception {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            text.append(line(i, 1 + random.nextInt(60_000), 1 + random.nextInt(100), 32))
                    .append('\n');
        }
        byte[] whole = gzip(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        int left = playBytes(Arrays.copyOf(whole, whole.length / 2)).size();
        assertTrue(left > 500 && left < 4_500, "flows " + left);
    }

    @Test
    void shouldPlayAPipeThatIsWrittenLater() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        values.add(Settings.REPLAY_FILE.parse(pipe.toString()));
        source = ReplaySource.open(settings(), () -> now);
        assertEquals(0, after(50).size());
        assertFalse(source.ended());
        try (OutputStream writer = Files.newOutputStream(pipe)) {
            writer.write((line(7, 1, 10, 32) + "\n").getBytes(StandardCharsets.US_ASCII));
            FlowColumns flows = after(60);
            assertEquals(1, flows.size());
            assertEquals(now, flows.number(FlowField.SAMPLED, 0));
            writer.write((line(8, 1, 11, 32) + "\n").getBytes(StandardCharsets.US_ASCII));
            assertEquals(11, after(61).number(FlowField.CWND, 0));
            assertFalse(source.ended());
        }
        assertEquals(11, after(62).number(FlowField.CWND, 0));
        assertTrue(source.ended());
    }
}
