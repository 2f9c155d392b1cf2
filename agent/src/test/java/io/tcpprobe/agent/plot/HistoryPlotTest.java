package io.tcpprobe.agent.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HistoryPlotTest {
    private static final long BEGAN = 1_772_357_400_000L; // 2026-03-01T09:30:00Z

    private static @Nullable Long[] row(long second, @Nullable Long... values) {
        List<@Nullable Long> row = new ArrayList<>();
        row.add(BEGAN + second * 1000);
        Collections.addAll(row, values);
        return row.toArray(new @Nullable Long[0]);
    }

    private static Picture draw(String what, List<String> columns, List<@Nullable Long[]> rows) {
        return Picture.parse(String.join("\n", HistoryPlot.draw(new HistoryPlot.Table(what, columns, rows))));
    }

    /** The time axis is from 82 to 1082; the first panel from 246 up to 96, the second from 442 up to 292, each for 1.04 times its maximum. */
    @Test
    void shouldDrawRatesFromRowToRowAndGaugesUntilTheNext() {
        Picture picture = draw(
                "port:443",
                List.of("time", "flows", "bytesSent", "retrans"),
                List.of(
                        row(0, 1L, 1000L, null),
                        row(10, 3L, 5000L, null),
                        row(30, 3L, 5000L, null),
                        row(40, 2L, 6000L, null)));
        assertEquals("port:443", picture.title());
        // 400, 0 and 100 bytes a second, of 416
        assertEquals(List.of("82,101.8 332,101.8 332,246 832,246 832,209.9 1082,209.9"), picture.lines("sent"));
        // 1, 3 and 2 flows, of 3.12
        assertEquals(List.of("82,393.9 332,393.9 332,297.8 1082,297.8 1082,345.8"), picture.lines("flows"));
        assertEquals(List.of(), picture.lines("retransmitted"), "absent is not zero");
        for (String text : List.of(
                "bytes per second",
                "flows",
                "history of 40 s, 4 rows",
                "400 B",
                "-40 s",
                "0 s",
                "time until 2026-03-01T09:30:40Z")) {
            assertTrue(picture.texts().contains(text), () -> text + " is not among " + picture.texts());
        }
        assertFalse(picture.texts().contains("segments per second"), "there are no values");
    }

    @Test
    void shouldDrawAGapWhereACounterFallsOrAValueIsAbsent() {
        Picture picture = draw(
                "4711",
                List.of("time", "bytesSent", "srtt"),
                List.of(
                        row(0, 100L, 5L),
                        row(10, 200L, 5L),
                        row(20, 50L, null),
                        row(30, 60L, 7L),
                        row(40, null, 7L),
                        row(50, 80L, 7L)));
        assertEquals(List.of("82,101.8 282,101.8", "482,231.6 682,231.6"), picture.lines("sent"));
        assertEquals(2, picture.lines("srtt").size());
    }

    @Test
    void shouldDrawTheFlowsThatTransferredMost() {
        List<@Nullable Long[]> rows = new ArrayList<>();
        for (int second : List.of(0, 600)) {
            LongStream.rangeClosed(1, 20)
                    .forEach(flow -> rows.add(row(second, flow, flow * second, flow == 3 ? 100L * second : 0)));
        }
        Picture picture = draw("flows", List.of("time", "flow", "bytesSent", "bytesReceived"), rows);
        for (long flow : List.of(3L, 14L, 15L, 16L, 17L, 18L, 19L, 20L)) {
            assertEquals(2, picture.lines("flow " + flow).size(), "flow " + flow + ": sent and received");
        }
        assertEquals(List.of(), picture.lines("flow 13"));
        assertTrue(picture.texts().contains("-10 min"), () -> picture.texts().toString());
    }

    @Test
    void shouldEscapeTheNameOfAGroup() {
        Picture picture = draw("process:<b>&amp;", List.of("time", "opened"), List.of(row(0, 1L), row(1, 2L)));
        assertEquals("process:<b>&amp;", picture.title());
    }
}
