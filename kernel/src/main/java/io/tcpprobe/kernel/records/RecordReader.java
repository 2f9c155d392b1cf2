package io.tcpprobe.kernel.records;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads records from a stream of bytes, line by line. A malformed line is counted, logged and skipped; empty lines and
 * comments, which begin with #, are skipped. Used by one thread at a time.
 */
public final class RecordReader {
    /** Longer than any record; a JSON record has about 4,000 bytes. */
    private static final int MAX_LINE = 1 << 14;

    private static final int BUFFER = 1 << 16;

    /** A source of bytes. */
    @FunctionalInterface
    public interface Input {
        /**
         * Reads bytes.
         *
         * @return the number of bytes; 0 if there are none now, -1 at the end
         */
        int read(byte[] bytes, int from, int length) throws IOException;
    }

    private final Input input;
    private final BadLines bad;
    private final RecordParser parser;
    private final byte[] bytes = new byte[BUFFER];
    private int at;
    private int end;
    private long line;

    /** True while the rest of a line that is too long is being skipped. */
    private boolean skipping;

    /**
     * Creates a reader.
     *
     * @param dialect the dialect of all lines; null to detect the dialect of each line
     * @param bad counts and logs malformed lines
     */
    public RecordReader(Input input, @Nullable RecordDialect dialect, BadLines bad) {
        this.input = input;
        this.parser = new RecordParser(dialect);
        this.bad = bad;
    }

    /**
     * Reads more bytes. Call it when {@link #next} has no more records.
     *
     * @return the number of bytes; 0 if there are none now, -1 at the end
     */
    public int fill() throws IOException {
        System.arraycopy(bytes, at, bytes, 0, end - at);
        end -= at;
        at = 0;
        int read = input.read(bytes, end, BUFFER - end);
        end += Math.max(read, 0);
        return read;
    }

    /** Reads the next record from the buffered bytes; returns false if that needs more bytes. */
    public boolean next(ProbeRecord into) {
        for (int feed = lineFeed(); feed >= 0; feed = lineFeed()) {
            int from = at;
            at = feed + 1;
            if (parseLine(from, feed, into)) {
                return true;
            }
        }
        return false;
    }

    /** Ends reading. Remaining bytes without a line feed are an incomplete line, which is counted as malformed. */
    public void end() {
        if (end > at && !skipping && !blank(at, end)) {
            bad.add(line + 1, "does not end with a line feed: it is cut off");
        }
        at = end;
    }

    /** Returns the number of lines read. */
    public long lines() {
        return line;
    }

    private int lineFeed() {
        for (int i = at; i < end; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        if (end - at > MAX_LINE) {
            if (!skipping) {
                bad.add(line + 1, "is longer than " + MAX_LINE + " bytes");
            }
            skipping = true;
            at = end;
        }
        return -1;
    }

    /** Parses one line; returns true if it is a record. */
    private boolean parseLine(int from, int to, ProbeRecord into) {
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

    /** Returns true if a line is empty or a comment. */
    private boolean blank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] > ' ' || bytes[i] < 0) {
                return bytes[i] == '#';
            }
        }
        return true;
    }
}
