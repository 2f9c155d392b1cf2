package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class LabelTextTest {
    @Test
    void shouldKeepNames() {
        for (String name : new String[] {"nginx", "a\"b\\c", "kworker/0:1", "Überwachung", "日本語", ""}) {
            assertSame(name, LabelText.of(name));
        }
    }

    @Test
    void shouldReplaceWhatDoesNotBelongInAName() {
        assertEquals("a\ufffdb", LabelText.of("a\nb"));
        assertEquals("\ufffd\ufffd\ufffd", LabelText.of("\0\r\u001b"));
        assertEquals("a\ufffd", LabelText.of("a\ud800"));
        assertEquals("\ufffdtxt", LabelText.of("\u202etxt"));
    }

    @Test
    void shouldBoundItsLength() {
        assertEquals("x".repeat(LabelText.MAX), LabelText.of("x".repeat(LabelText.MAX + 1)));
    }
}
