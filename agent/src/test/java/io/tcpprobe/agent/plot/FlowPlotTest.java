package io.tcpprobe.agent.plot;

import static io.tcpprobe.agent.report.Recordings.json;
import static io.tcpprobe.agent.report.Recordings.line;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.report.ConnectionReport;
import io.tcpprobe.agent.report.RecordingReport;
import io.tcpprobe.config.SettingStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowPlotTest {
    private static final int MSS = 1000;
    private static final int MAX_BYTES = 150_000;

    @TempDir
    Path folder;

    private String draw(String... lines) throws Exception {
        Path file = Files.write(folder.resolve("records"), Arrays.asList(lines));
        SettingStore settings = new SettingStore(Map.of(), _ -> {});
        ConnectionReport connection =
                RecordingReport.of(file, settings, _ -> {}).connections().getFirst();
        List<String> picture = FlowPlot.draw(
                file,
                settings,
                connection,
                new FlowPlot.View(connection.firstNanos(), connection.lastNanos(), MSS, ""));
        return String.join("\n", picture) + "\n";
    }

    private static String state(double time, int state, int retrans, int timeouts) {
        return json(time, ",\"caState\":" + state + ",\"retrans\":" + retrans + ",\"timeouts\":" + timeouts);
    }

    /**
     * The time axis is from 82 to 1082, the axis of bytes from 396 down to 96: 0 to 1.04 times the 20 segments of 1000 bytes. Values hold
     * until the next sample.
     */
    @Test
    void shouldDrawKnownPoints() throws Exception {
        Picture picture = Picture.parse(draw(
                line(10, 4711, 0, 10, 20_000, "0 0 8 0 0 0"),
                line(11, 4711, 0, 20, 20_000, "0 0 16 0 0 0"),
                line(12, 4711, 0, 5, 40_000, "0 0 4 0 0 0"),
                line(13, 4711, 0, 7, 40_000, "0 0 6 0 0 0")));
        assertEquals(
                List.of("82,251.8 415.3,251.8 415.3,107.5 748.7,107.5 748.7,323.9 1082,323.9 1082,295"),
                picture.lines("cwnd"));
        assertEquals(
                List.of("82,280.6 415.3,280.6 415.3,165.2 748.7,165.2 748.7,338.3 1082,338.3 1082,309.5"),
                picture.lines("in flight"));
        assertEquals(List.of(), picture.lines("ssthresh")); // not set
        // the panel is from 710 up to 540; 40 ms are at 1 / 1.04 of it
        assertEquals(List.of("82,628.3 748.7,628.3 748.7,546.5 1082,546.5"), picture.lines("srtt"));
        assertEquals("10.0.0.1:4711 \u2192 10.0.0.2:80", picture.title());
        for (String text : List.of(
                "cwnd",
                "send window (above: 65.5 kB)",
                "5 kB",
                "20 kB",
                "40 ms",
                "0.0 s",
                "3.0 s",
                "congestion state: not recorded",
                "timeouts: not recorded",
                "retransmissions: 0")) {
            assertTrue(picture.texts().contains(text), () -> text + " is not among " + picture.texts());
        }
        assertTrue(
                picture.texts().stream().anyMatch(text -> text.endsWith("MSS not recorded, 1000 assumed")),
                () -> picture.texts().toString());
    }

    /** Records of tcp_probe have sequence numbers, but not the number of segments in flight. */
    @Test
    void shouldDrawUnacknowledgedBytesIfSegmentsInFlightAreUnknown() throws Exception {
        Picture picture = Picture.parse(draw(
                "1.000000000 10.0.0.1:4711 10.0.0.2:80 52 0x2774 0x64 10 2147483647 65536 20 65536",
                "2.000000000 10.0.0.1:4711 10.0.0.2:80 52 0x1388 0xffffffff 10 2147483647 65536 20 65536"));
        assertEquals(List.of("82,107.5 1082,107.5 1082,251.7"), picture.lines("in flight")); // 10,000 bytes, then 5,001
    }

    @Test
    void shouldLeaveGapsWhereAValueIsAbsent() throws Exception {
        String unset = ",\"mss\":1448,\"inFlight\":10,\"ssthresh\":2147483647";
        String set = ",\"mss\":1448,\"inFlight\":10,\"ssthresh\":10";
        Picture picture = Picture.parse(draw(
                json(0, unset),
                json(1, unset),
                json(2, set),
                json(3, set),
                json(4, unset),
                json(5, set.replace("\"ssthresh\":10", "\"ssthresh\":5")),
                json(6, set)));
        List<String> lines = picture.lines("ssthresh");
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.getFirst().startsWith("415.3,107.5 "), lines::toString);
        assertTrue(lines.getLast().startsWith("915.3,251.8 "), lines::toString);
    }

    @Test
    void shouldShowStatesAndRetransmissions() throws Exception {
        Picture picture = Picture.parse(
                draw(state(0, 0, 3, 0), state(2, 3, 5, 0), state(4, 0, 5, 0), state(6, 4, 6, 1), state(8, 0, 6, 1)));
        String recovery = CongestionState.RECOVERY.colour();
        assertEquals(List.of("12", "250"), picture.attributes("rect", "fill", recovery, "width")); // legend, ribbon
        assertEquals("332", picture.attributes("rect", "fill", recovery, "x").getLast());
        assertTrue(
                picture.texts().contains("retransmissions: 3"),
                () -> picture.texts().toString());
        assertTrue(
                picture.texts().contains("timeouts: 1"), () -> picture.texts().toString());
        assertEquals(
                List.of("M0 0M332 458v12M832 458v12"),
                picture.attributes("path", "stroke", "#D55E00", "d").stream()
                        .filter(path -> path.startsWith("M0 0"))
                        .toList());
    }

    @Test
    void shouldShowVerdicts() throws Exception {
        Picture picture = Picture.parse(draw(IntStream.rangeClosed(0, 10)
                .mapToObj(i -> json(
                        i / 2.0,
                        ",\"bytesSent\":" + i + ",\"busyTime\":" + i * 500_000 + ",\"rwndLimited\":" + i * 500_000))
                .toArray(String[]::new)));
        assertTrue(picture.texts().contains("rwnd"), () -> picture.texts().toString());
    }

    /** One sample in a hundred thousand is far above all others: it must be visible, in a small picture. */
    @Test
    void shouldKeepExtremesOfManySamples() throws Exception {
        String picture = draw(IntStream.range(0, 100_003)
                .mapToObj(i -> line(
                        i / 1e4,
                        4711,
                        0,
                        i == 54_321 ? 500 : 40 + i % 17,
                        20_000 + i % 7919,
                        "0 0 " + (i % 40) + " 0 0 0"))
                .toArray(String[]::new));
        List<String> cwnd = Picture.parse(picture).lines("cwnd");
        assertTrue(cwnd.getFirst().contains(",-204"), cwnd::toString); // clipped at three times of what is in flight
        assertTrue(picture.length() < MAX_BYTES, () -> picture.length() + " bytes");
    }

    @Test
    void shouldDrawASingleSample() throws Exception {
        Picture picture = Picture.parse(draw(line(5, 4711, 0, 10, 20_000, "0 0 8 0 0 0")));
        assertEquals(1, picture.lines("cwnd").size());
    }

    @Test
    void shouldBearHostileRecordings() throws Exception {
        String huge = ",\"cwnd\":4294967295,\"mss\":4294967295,\"inFlight\":4294967295,\"sendWindow\":4294967295,"
                + "\"srtt\":4294967295,\"rttLast\":4294967295,\"rttSamples\":1,\"rto\":4294967295,\"caState\":255,"
                + "\"retrans\":4294967295,\"command\":\"<b>&\u0001\"";
        String picture = draw(json(9_000_000_000.0, huge), json(1, huge), json(0, ""), json(8_000_000_000.0, huge));
        assertTrue(picture.contains("&lt;b&gt;&amp;?"), picture);
        Picture parsed = Picture.parse(picture);
        assertEquals(1, parsed.lines("cwnd").size());
        assertFalse(picture.contains("NaN"), picture);
        assertFalse(picture.contains("Infinity"), picture);
    }

    @Test
    void shouldDrawWithoutAnyValue() throws Exception {
        String picture = draw(json(0, ""), json(1, ""));
        Picture.parse(picture);
        assertFalse(picture.contains("NaN"), picture);
        assertFalse(picture.contains("Infinity"), picture);
    }
}
