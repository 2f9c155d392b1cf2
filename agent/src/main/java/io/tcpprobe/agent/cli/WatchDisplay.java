package io.tcpprobe.agent.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/**
 * A display that is redrawn repeatedly. On a terminal it uses the alternate screen without a cursor, and restores both when it is closed or
 * a signal ends the process. Elsewhere it writes the frames one after the other.
 */
final class WatchDisplay implements AutoCloseable {
    /** DEC private modes of xterm: 1049, the alternate screen; 25, the cursor. */
    static final String ENTER = "\033[?1049h\033[?25l";

    static final String LEAVE = "\033[?25h\033[?1049l";

    static final String CLEAR = "\033[H\033[2J";

    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    private final PrintWriter out;
    private final boolean terminal;
    private List<String> frame = List.of();
    private boolean suspended;
    private boolean closed;

    /**
     * Opens the display.
     *
     * @param out where it writes
     * @param terminal true if that is a terminal
     */
    WatchDisplay(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        if (terminal) {
            out.print(ENTER);
            out.flush();
        }
    }

    /** Returns a shutdown hook that closes the display: when a signal ends the JVM, only shutdown hooks run. */
    Thread closer() {
        return new Thread(this::closeInTime, "tcpprobe-terminal");
    }

    /** Closes with a time limit: a terminal that was stopped (Ctrl-S) accepts no output, and the process must end anyway. */
    private void closeInTime() {
        try {
            boolean _ = Thread.ofPlatform().daemon().start(this::close).join(MAX_WAIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Replaces the lines shown. If suspended, shows them after {@link #resume}; does nothing after {@link #close}. */
    synchronized void show(List<String> lines) {
        frame = lines;
        if (!closed && !suspended) {
            draw();
        }
    }

    private void draw() {
        out.print(CLEAR);
        frame.forEach(out::println);
        out.flush();
    }

    /** Restores the terminal temporarily, as when the process is stopped. */
    synchronized void suspend() {
        if (!closed && !suspended && terminal) {
            suspended = true;
            out.print(LEAVE);
            out.flush();
        }
    }

    /** Takes over the terminal again, and shows the last lines. */
    synchronized void resume() {
        if (!closed && suspended) {
            suspended = false;
            out.print(ENTER);
            draw();
        }
    }

    /** Restores the terminal. */
    @Override
    public synchronized void close() {
        if (!closed && terminal && !suspended) {
            out.print(LEAVE);
            out.flush();
        }
        closed = true;
    }
}
