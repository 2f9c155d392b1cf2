package io.tcpprobe.agent.terminal;

/** The style of a text: attributes of ECMA-48, and colours of the 16 that every terminal has. */
public enum Style {
    PLAIN("", ""),
    BOLD("1", "1"),
    INVERSE("7", "7"),
    GOOD("", "32"),
    WARNING("", "33"),
    BAD("1", "1;31"),
    LABEL("", "36");

    private final String plain;
    private final String coloured;

    Style(String plain, String coloured) {
        this.plain = plain;
        this.coloured = coloured;
    }

    /**
     * Returns a text with the escape sequences around it.
     *
     * @param colours false to use attributes only, as NO_COLOR requests
     */
    String around(String text, boolean colours) {
        String code = colours ? coloured : plain;
        return code.isEmpty() || text.isEmpty() ? text : "\033[" + code + "m" + text + "\033[0m";
    }
}
