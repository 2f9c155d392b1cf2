package io.tcpprobe.kernel.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Origin;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.FlowColumns;
import io.tcpprobe.kernel.FlowField;
import io.tcpprobe.kernel.FlowStatistic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
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

    private final Map<Setting<?>, String> given = new HashMap<>();
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
        Files.writeString(file, String.join("\n", lines));
        given.put(Settings.REPLAY_FILE, file.toString());
        source = ReplaySource.open(settings(), () -> now);
    }

    private SettingStore settings() throws Exception {
        return new SettingStore(Map.of(Origin.COMMAND_LINE, given), _ -> {});
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
        given.put(Settings.REPLAY_SPEED, speed);
        play(line(0, 1, 10, 32), line(10, 1, 11, 32));
        assertEquals(cwnd, after(seconds).number(FlowField.CWND, 0));
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
        given.put(Settings.PURGETIME, "10");
        given.put(Settings.REPLAY_SPEED, "2");
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
        given.put(Settings.REPLAY_DIALECT, "original");
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
        given.put(Settings.PORT, "2");
        play(line(0, 1, 10, 32), line(0, 2, 10, 32), line(0, 2222, 10, 32));
        FlowColumns flows = after(0);
        assertEquals(1, flows.size());
        assertEquals(2, flows.number(FlowField.LOCAL_PORT, 0));
        given.put(Settings.PORT, "80");
        given.put(Settings.MAXFLOWS, "2");
        source.close();
        play(line(0, 1, 10, 32), line(0, 2, 10, 32), line(0, 2222, 10, 32));
        assertEquals(2, after(0).size());
    }

    @Test
    void shouldSayWhichFileCannotBePlayed() throws Exception {
        var unnamed = assertThrows(IOException.class, () -> ReplaySource.open(settings(), () -> now));
        assertTrue(unnamed.getMessage().contains("--set replay.file=FILE"), unnamed.getMessage());
        given.put(Settings.REPLAY_FILE, folder.resolve("nosuch").toString());
        var missing = assertThrows(IOException.class, () -> ReplaySource.open(settings(), () -> now));
        assertTrue(missing.getMessage().contains("nosuch"), missing.getMessage());
    }
}
