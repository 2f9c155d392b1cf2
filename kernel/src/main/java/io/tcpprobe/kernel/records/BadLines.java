package io.tcpprobe.kernel.records;

import java.util.function.Consumer;

/**
 * Counts malformed lines, and logs the fault of the first ten, then of the 100th, the 1000th and so on. If the input is read
 * again, lines that were counted before are not counted again.
 */
public final class BadLines {
    private static final int FIRST = 10;

    private final String where;
    private final Consumer<String> log;
    private volatile long count;
    private long nextLogged = FIRST * 10;
    private long lastLine;
    private String first = "";

    /**
     * Creates a counter for one input.
     *
     * @param where the input, for messages: "replay /tmp/flows.log"
     * @param log receives the messages
     */
    public BadLines(String where, Consumer<String> log) {
        this.where = where;
        this.log = log;
    }

    void add(long line, String fault) {
        if (line <= lastLine) {
            return;
        }
        lastLine = line;
        long now = count + 1;
        count = now;
        if (now == 1) {
            first = "line " + line + ": " + fault;
        }
        if (now <= FIRST) {
            log.accept(where + ": line " + line + ": " + fault + "; skipped"
                    + (now == FIRST ? "; of further bad lines, only the 100th, 1000th ... are logged" : ""));
        } else if (now == nextLogged) {
            nextLogged *= 10;
            log.accept(
                    where + ": line " + line + ": " + fault + "; skipped, with " + (now - 1) + " bad lines before it");
        }
    }

    /** Returns line number and fault of the first malformed line; empty if there was none. */
    public String first() {
        return first;
    }

    /** Returns the number of malformed lines. */
    public long count() {
        return count;
    }
}
