package io.tcpprobe.agent.terminal;

import java.util.regex.Pattern;

/** Makes text of strangers safe for a terminal. */
final class Printable {
    /**
     * Characters that a terminal obeys, does not show, or does not show in one column: control and format characters, those without a
     * meaning, combining ones, separators of lines, characters of double width, and those beyond 16 bits.
     */
    private static final Pattern OTHER = Pattern.compile(
            "[\\p{C}\\p{M}\\p{Zl}\\p{Zp}\\x{1100}-\\x{115F}\\x{2E80}-\\x{A4CF}\\x{AC00}-\\x{D7A3}"
                    + "\\x{F900}-\\x{FAFF}\\x{FE30}-\\x{FE6F}\\x{FF00}-\\x{FF60}\\x{FFE0}-\\x{FFE6}\\x{10000}-\\x{10FFFF}]");

    private Printable() {}

    /** Returns the text with '?' for each character that does not take exactly one column. */
    static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return OTHER.matcher(text).replaceAll("?");
            }
        }
        return text;
    }
}
