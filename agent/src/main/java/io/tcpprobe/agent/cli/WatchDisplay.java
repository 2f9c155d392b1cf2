package io.tcpprobe.agent.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/**
 * A display on a terminal that is redrawn repeatedly. It uses the alternate screen without a cursor, and keys without echo; it restores all
 * when it is closed or a signal ends the process.
 */
final class WatchDisplay implements AutoCloseable {
    /** DEC private modes of xterm: 1049, the alternate screen; 25, the cursor. */
    static final String ENTER = "\033[?1049h\033[?25l";

    static final String LEAVE = "\033[?25h\033[?1049l";

    /** Erases the screen. */
    static final String CLEAR = "\033[2J";

    private static final Duration MAX_WAIT = Duration.ofSeconds(1);

    private final PrintWriter out;
    private final KeyMode keys;
    private List<String> frame = List.of();
    private boolean suspended;
    private boolean closed;

    /** How the terminal passes keys to the program. */
    interface KeyMode {
        /** Passes each key at once, without echo. */
        void raw();

        /** Restores what was before; has no effect if that is so. */
        void restore();
    }

    /**
     * Opens the display.
     *
     * @param out where it writes
     * @param keys of the same terminal
     */
    WatchDisplay(PrintWriter out, KeyMode keys) {
        this.out = out;
        this.keys = keys;
        enter();
    }

    private void enter() {
        keys.raw();
        out.print(ENTER);
        out.flush();
    }

    private void leave() {
        out.print(LEAVE);
        out.flush();
        keys.restore();
    }

    /** Returns a shutdown hook that closes the display: when a signal ends the JVM, only shutdown hooks run. */
    Thread closer(Runnable after) {
        return new Thread(
                () -> {
                    closeInTime();
                    after.run();
                },
                "tcpprobe-terminal");
    }

    /** Closes with a time limit: a terminal that was stopped (Ctrl-S) accepts no output, and the process must end anyway. */
    private void closeInTime() {
        try {
            boolean closedInTime =
                    Thread.ofPlatform().daemon().start(this::close).join(MAX_WAIT);
            if (!closedInTime) {
                keys.restore(); // needs no output
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Replaces the lines shown. If suspended, shows them after {@link #resume}; does nothing after {@link #close}.
     *
     * @param lines the lines, from the top
     * @param clear true to erase the screen first, as after a change of its size
     */
    synchronized void show(List<String> lines, boolean clear) {
        frame = lines;
        if (!closed && !suspended) {
            draw(clear);
        }
    }

    /** Erases each line before it is written: erasing afterwards would remove the last character of a line that fills the screen. */
    private void draw(boolean clear) {
        StringBuilder text = new StringBuilder(clear ? CLEAR : "");
        for (int i = 0; i < frame.size(); i++) {
            text.append("\033[").append(i + 1).append(";1H\033[K").append(frame.get(i));
        }
        out.print(text);
        out.flush();
    }

    /** Restores the terminal temporarily, as when the process is stopped. */
    synchronized void suspend() {
        if (!closed && !suspended) {
            suspended = true;
            leave();
        }
    }

    /** Takes over the terminal again, and shows the last lines. */
    synchronized void resume() {
        if (!closed && suspended) {
            suspended = false;
            enter();
            draw(true);
        }
    }

    /** Restores the terminal. */
    @Override
    public synchronized void close() {
        if (!closed && !suspended) {
            leave();
        }
        closed = true;
    }
}
