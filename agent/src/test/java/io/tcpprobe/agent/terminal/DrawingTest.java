package io.tcpprobe.agent.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.config.Unit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts that pages are drawn with. */
class DrawingTest {
    private static final Glyphs GLYPHS = Glyphs.UNICODE;

    @ParameterizedTest
    @CsvSource({
        "[2001:db8:85a3:8d3:1319:8a2e:370:7348]:443, 22, [2001:db8:8…:7348]:443",
        "[2001:db8::1]:443, 17, [2001:db8::1]:443",
        "192.0.2.123:50000, 10, 192…:50000",
        "192.0.2.123:50000, 7, …:50000",
        "192.0.2.123:50000, 3, …00",
        "192.0.2.123:50000, 1, …"
    })
    void shouldKeepThePortOfAShortenedEndpoint(String endpoint, int width, String shortened) {
        String shown = ShortText.middle(endpoint, width, GLYPHS);
        assertEquals(Math.min(width, endpoint.length()), shown.length());
        assertEquals(shortened, shown);
    }

    @Test
    void shouldScaleASparklineFromMinimumToMaximum() {
        assertEquals(
                "▁▄█▁", Sparkline.of(new long[] {10, 14, 18, 10}, 10, GLYPHS).replace('▅', '▄'));
        assertEquals("▁ █", Sparkline.of(new long[] {5, 1, Sparkline.ABSENT, 9}, 3, GLYPHS));
        assertEquals("▁▁", Sparkline.of(new long[] {7, 7}, 9, GLYPHS));
        assertEquals("", Sparkline.of(new long[] {}, 9, GLYPHS));
        assertEquals("_#", Sparkline.of(new long[] {1, 2}, 9, Glyphs.ASCII));
    }

    @Test
    void shouldDrawWithCharactersOfTheTerminal() {
        assertEquals(Glyphs.UNICODE, Glyphs.of(StandardCharsets.UTF_8));
        assertEquals(Glyphs.ASCII, Glyphs.of(StandardCharsets.US_ASCII));
        assertEquals(Glyphs.ASCII, Glyphs.of(StandardCharsets.ISO_8859_1));
    }

    @Test
    void shouldReplaceWhatIsNotOneColumnWide() {
        assertEquals("a?[2J?b?", Line.of("a\033[2J\u0007b\u009b").text());
        assertEquals(
                "größe ? ? ? ?",
                Line.of("größe \u4e2d \u0301 \u202e \ud83d\ude00").text());
    }

    @Test
    void shouldCutALineAtItsEnd() {
        Line line = Line.of("one ").plus(Style.BAD, "two").plus(Style.PLAIN, " three");
        assertEquals("one two three", line.fit(13, GLYPHS).text());
        assertEquals("one two thr…", line.fit(12, GLYPHS).text());
        assertEquals("one tw…", line.fit(7, GLYPHS).text());
        assertEquals("one …", line.fit(5, GLYPHS).text());
        assertEquals("…", line.fit(1, GLYPHS).text());
        assertEquals("", line.fit(0, GLYPHS).text());
        assertEquals("one \033[1;31mtw…\033[0m", line.fit(7, GLYPHS).ansi(true));
        assertEquals("one \033[1mtw…\033[0m", line.fit(7, GLYPHS).ansi(false));
    }

    @Test
    void shouldPackPhrasesByImportance() {
        List<Line> phrases = List.of(Line.of("first"), Line.of("second part"), Line.of("3"), Line.of("the fourth one"));
        assertEquals(List.of("first", "second part  3"), TestFlows.texts(Phrases.lines(phrases, 15, 2, GLYPHS)));
        assertEquals(
                List.of("first  second part  3  the fourth one"),
                TestFlows.texts(Phrases.lines(phrases, 99, 2, GLYPHS)));
        assertEquals(List.of("fi…"), TestFlows.texts(Phrases.lines(phrases, 3, 1, GLYPHS)));
    }

    @ParameterizedTest
    @CsvSource({
        "999, MICROSECONDS, 999us",
        "1500, MICROSECONDS, 1.5ms",
        "2500000, MICROSECONDS, 2.50s",
        "1500, MILLISECONDS, 1.50s",
        "999, BYTES, 999B",
        "12345678, BYTES_PER_SECOND, 12.3MB/s",
        "983, PER_MILLE, 98.3%",
        "-1, NONE, 18446744073709551615"
    })
    void shouldFormatNumbersWithUnits(long value, Unit unit, String text) {
        assertEquals(text, Quantity.of(value, unit));
    }

    @Test
    void shouldKeepTheLastTenMinutesOfAFlow() {
        FlowTrack track = new FlowTrack(1);
        for (int i = 1; i <= FlowTrack.MAX_SAMPLES + 7; i++) {
            var flow = new io.tcpprobe.agent.flows.Flow(TestFlows.snapshot(i, TestFlows.flow(1)), 0);
            track.add(flow);
            track.add(flow);
        }
        assertEquals(FlowTrack.MAX_SAMPLES, track.size());
    }
}
