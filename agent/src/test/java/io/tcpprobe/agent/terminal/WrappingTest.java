package io.tcpprobe.agent.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrappingTest {
    @Test
    void shouldBreakAtSpaces() {
        assertEquals(List.of("one two", "  three", "  four"), Wrapping.lines("one two three four", 7, "", "  "));
    }

    @Test
    void shouldBreakAfterACommaWhereThereIsNoSpace() {
        assertEquals(List.of("- 1:2,", "  [::]:3"), Wrapping.lines("1:2,[::]:3", 8, "- ", "  "));
    }

    @Test
    void shouldBreakAWordThatIsLongerThanALine() {
        assertEquals(List.of("/abcdef", " /ghijk", " l"), Wrapping.lines("/abcdef/ghijkl", 7, "", " "));
    }

    @Test
    void shouldNotWrapTextThatFits() {
        assertEquals(List.of("    one two"), Wrapping.lines("one two", 11, "    ", "    "));
        assertEquals(List.of(""), Wrapping.lines("", 11, "", "    "));
    }

    @ParameterizedTest
    @CsvSource({"80, 80", "132, 132", "'', 80", "wide, 80", "0, 20", "-1, 20"})
    void shouldUseTheWidthOfTheTerminal(String variable, int columns) {
        assertEquals(columns, Wrapping.columns(variable));
    }
}
