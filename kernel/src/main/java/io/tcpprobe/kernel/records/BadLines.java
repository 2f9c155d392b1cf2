package io.tcpprobe.kernel.records;

import java.util.function.Consumer;

/** Counts lines that make no sense, and says why: of the first ten, then of one in each power of ten. */
public final class BadLines {
    private static final int FIRST = 10;

    private final String where;
    private final Consumer<String> say;
    private volatile long count;
    private long nextSaid = FIRST * 10;
    private String first = "";

    /**
     * Counts the bad lines of one place.
     *
     * @param where the place: "replay /tmp/flows.log"
     * @param say gets what is said
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

    /** Number and fault of the first one; empty if there was none. */
    public String first() {
        return first;
    }

    /** How many there were. */
    public long count() {
        return count;
    }
}
