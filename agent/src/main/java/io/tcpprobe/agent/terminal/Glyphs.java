package io.tcpprobe.agent.terminal;

import java.nio.charset.Charset;

/**
 * The characters that draw, of which a terminal has a choice.
 *
 * @param ellipsis one character in the place of text that is left out
 * @param ascending marks the column that ranks, if its minimum is first
 * @param descending the same, if its maximum is first
 * @param levels the bars of a sparkline, from the lowest
 */
public record Glyphs(String ellipsis, String ascending, String descending, String levels) {
    static final Glyphs UNICODE = new Glyphs("…", "▲", "▼", "▁▂▃▄▅▆▇█");
    static final Glyphs ASCII = new Glyphs("~", "^", "v", "_.:-=+*#");

    /** Returns the characters of a terminal with this character set. */
    public static Glyphs of(Charset charset) {
        return charset.canEncode() && charset.newEncoder().canEncode(UNICODE.toString()) ? UNICODE : ASCII;
    }
}
