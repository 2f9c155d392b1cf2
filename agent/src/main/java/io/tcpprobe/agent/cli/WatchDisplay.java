package io.tcpprobe.agent.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/**
 * A display that is drawn again and again. On a terminal it uses the alternate screen without a cursor, and gives both back when it
 * is closed or a signal ends the process. Elsewhere it writes the frames one after the other.
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
     * @param out where it is written to
     * @param terminal whether that is a terminal
     */
    WatchDisplay(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        if (terminal) {
            out.print(ENTER);
            out.flush();
        }
    }

    /** A shutdown hook that closes the display: a signal that ends the JVM runs nothing else. */
    Thread closer() {
        return new Thread(this::closeInTime, "tcpprobe-terminal");
    }

    /** A terminal that was stopped (Ctrl-S) takes nothing: the process ends all the same. */
    private void closeInTime() {
        try {
            boolean _ = Thread.ofPlatform().daemon().start(this::close).join(MAX_WAIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Shows these lines in the place of those before, after {@link #resume} if it is suspended; not after {@link #close}. */
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

    /** Gives the terminal back for a while, as when the process is stopped. */
    synchronized void suspend() {
        if (!closed && !suspended && terminal) {
            suspended = true;
            out.print(LEAVE);
            out.flush();
        }
    }

    /** Takes the terminal again, and shows the last lines. */
    synchronized void resume() {
        if (!closed && suspended) {
            suspended = false;
            out.print(ENTER);
            draw();
        }
    }

    /** Gives the terminal back as it was. */
    @Override
    public synchronized void close() {
        if (!closed && terminal && !suspended) {
            out.print(LEAVE);
            out.flush();
        }
        closed = true;
    }
}
