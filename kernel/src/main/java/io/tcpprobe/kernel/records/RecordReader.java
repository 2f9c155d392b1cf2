package io.tcpprobe.kernel.records;

import java.io.IOException;

/**
 * Takes records out of a stream of bytes, line by line. A line that makes no sense is counted, said and skipped; an empty one
 * is only skipped. Allocates nothing for a line that is right. Used by one thread at a time.
 */
public final class RecordReader {
    /** More than any record has. */
    private static final int GREATEST_LINE = 4096;

    private static final int BUFFER = 1 << 16;

    /** Gives bytes. */
    @FunctionalInterface
    public interface Input {
        /**
         * Reads bytes.
         *
         * @return how many; 0 or -1 if there are none
         */
        int read(byte[] bytes, int from, int length) throws IOException;
    }

    private final Input input;
    private final BadLines bad;
    private final RecordParser parser = new RecordParser();
    private final byte[] bytes = new byte[BUFFER];
    private int at;
    private int end;
    private long line;

    /** Whether the rest of a line that is too long is being skipped. */
    private boolean skipping;

    /**
     * A reader.
     *
     * @param bad is told of lines that make no sense
     */
    public RecordReader(Input input, BadLines bad) {
        this.input = input;
        this.bad = bad;
    }

    /** Reads more bytes; gives how many, 0 or -1 if there are none. Call it when {@link #next} has no more records. */
    public int fill() throws IOException {
        System.arraycopy(bytes, at, bytes, 0, end - at);
        end -= at;
        at = 0;
        int came = input.read(bytes, end, BUFFER - end);
        end += Math.max(came, 0);
        return came;
    }

    /** Reads the next record of the bytes that are there; false if that takes more bytes. */
    public boolean next(ProbeRecord into) {
        for (int feed = lineFeed(); feed >= 0; feed = lineFeed()) {
            int from = at;
            at = feed + 1;
            if (take(from, feed, into)) {
                return true;
            }
        }
        return false;
    }

    /** Like {@link #next} when no more bytes will come: what is left is a line, too. */
    public boolean last(ProbeRecord into) {
        int from = at;
        at = end;
        return take(from, end, into);
    }

    private int lineFeed() {
        for (int i = at; i < end; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        if (end - at > GREATEST_LINE) {
            if (!skipping) {
                bad.add(line + 1, "is longer than " + GREATEST_LINE + " bytes");
            }
            skipping = true;
            at = end;
        }
        return -1;
    }

    /** Reads one line; whether it is a record. */
    private boolean take(int from, int to, ProbeRecord into) {
        line++;
        if (skipping) {
            skipping = false;
            return false;
        }
        if (blank(from, to)) {
            return false;
        }
        if (parser.parse(bytes, from, to, into)) {
            return true;
        }
        bad.add(line, parser.fault());
        return false;
    }

    private boolean blank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] > ' ' || bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }
}
