package io.tcpprobe.agent.cli;

import io.tcpprobe.kernel.ffi.Tty;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.Map;

/** The terminal that standard input and standard output are connected to. */
final class StandardTerminal implements WatchDisplay.KeyMode {
    private static final int STANDARD_INPUT = 0;

    private final Tty tty;

    private StandardTerminal(Tty tty) {
        this.tty = tty;
    }

    /** Returns true if there is a terminal that a full screen can be drawn on. */
    @SuppressWarnings("SystemConsoleNull") // null without a terminal from Java 25 on
    static boolean exists(Map<String, String> environment) {
        Console console = System.console();
        return console != null
                && console.isTerminal()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /** Returns true if colours may be used; see no-color.org. */
    static boolean hasColours(Map<String, String> environment) {
        return exists(environment) && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /**
     * Returns the terminal.
     *
     * @throws IOException if there is none
     */
    static StandardTerminal open() throws IOException {
        return new StandardTerminal(Tty.of(STANDARD_INPUT));
    }

    /** Returns its character set. */
    static Charset charset() {
        return Charset.forName(System.getProperty("stdout.encoding", "US-ASCII"), Charset.defaultCharset());
    }

    /** Returns its keys. */
    Reader keys() {
        return new InputStreamReader(System.in, charset());
    }

    /** Returns its current size. */
    TerminalSize size() {
        try {
            Tty.Size size = tty.size();
            return TerminalSize.reported(size.columns(), size.rows());
        } catch (IOException _) {
            return TerminalSize.reported(0, 0); // it has hung up; reading its keys ends
        }
    }

    @Override
    public void raw() {
        try {
            tty.raw();
        } catch (IOException _) {
            // it has hung up; reading its keys ends
        }
    }

    @Override
    public void restore() {
        try {
            tty.restore();
        } catch (IOException _) {
            // it has hung up: nothing is left to restore
        }
    }
}
