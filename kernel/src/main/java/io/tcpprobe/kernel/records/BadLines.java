package io.tcpprobe.kernel.records;

import java.util.function.Consumer;

/** Counts malformed lines, and logs the fault of the first ten, then of the 100th, the 1000th and so on. */
public final class BadLines {
    private static final int FIRST = 10;

    private final String where;
    private final Consumer<String> say;
    private volatile long count;
    private long nextSaid = FIRST * 10;
    private String first = "";

    /**
     * Creates a counter for one input.
     *
     * @param where the input, for messages: "replay /tmp/flows.log"
     * @param say receives the messages
     */
    public BadLines(String where, Consumer<String> say) {
        this.where = where;
        this.say = say;
    }

    void add(long line, String fault) {
        long now = count + 1;
        count = now;
        if (now == 1) {
            first = "line " + line + ": " + fault;
        }
        if (now <= FIRST) {
            say.accept(where + ": line " + line + ": " + fault + "; skipped"
                    + (now == FIRST ? "; from now on, only the 100th, 1000th ... is said" : ""));
        } else if (now == nextSaid) {
            nextSaid *= 10;
            say.accept(where + ": line " + line + ": " + fault + "; skipped, as " + (now - 1) + " before it");
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
