package io.tcpprobe.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MarkupTest {
    @Test
    void shouldEscapeMarkup() {
        assertEquals("&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;", Markup.escaped("<b a=\"1\" c='2'>&amp;"));
    }

    @Test
    void shouldReplaceWhatXmlDoesNotAllow() {
        assertEquals("a?b?c?d?é\uD83D\uDE00", Markup.escaped("a\0b\u001bc\u202ed\uFFFFé\uD83D\uDE00"));
    }
}
