package io.tcpprobe.agent.cli;

/**
 * The size of a terminal.
 *
 * @param columns its width in characters
 * @param rows its height in lines
 */
record TerminalSize(int columns, int rows) {
    /** The size of a terminal that does not tell it. */
    private static final TerminalSize USUAL = new TerminalSize(80, 24);

    /** Larger ones are not believed: each frame is as large. */
    private static final int MAXIMUM = 1000;

    /** Returns the size that a terminal reports; if it reports none, that of the terminal of old. */
    static TerminalSize reported(int columns, int rows) {
        return new TerminalSize(
                columns <= 0 ? USUAL.columns : Math.min(columns, MAXIMUM),
                rows <= 0 ? USUAL.rows : Math.min(rows, MAXIMUM));
    }
}
