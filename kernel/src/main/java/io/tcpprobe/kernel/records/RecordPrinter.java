package io.tcpprobe.kernel.records;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;

/**
 * Prints samples as records. What was printed waits in memory until {@link #flush}, unless it gets too much. Used by one
 * thread at a time.
 */
public final class RecordPrinter implements RowListener {
    private static final int FULL = 1 << 20;

    private final RecordFormat format;
    private final OutputStream out;
    private final long startNanos;
    private final LineText text = new LineText();
    private final ProbeRecord record = new ProbeRecord();
    private volatile long printed;
    private long waiting;

    /**
     * A printer.
     *
     * @param out gets the lines; not closed here
     * @param startNanos the moment that the records' times count from, in CLOCK_MONOTONIC
     */
    public RecordPrinter(RecordFormat format, OutputStream out, long startNanos) {
        this.format = format;
        this.out = out;
        this.startNanos = startNanos;
    }

    @Override
    public void sampled(MemorySegment memory, long row) {
        RecordRow.read(memory, row, startNanos, record);
        switch (format) {
            case TCPPROBE -> RecordLine.write(record, text);
            case JSON -> RowJson.write(memory, row, record, text);
        }
        waiting++;
        if (text.length() >= FULL) {
            try {
                flush();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /**
     * Writes what was printed since the last time.
     *
     * @throws IOException if it cannot be written, as when the reader of a pipe has gone
     */
    public void flush() throws IOException {
        if (waiting > 0) {
            text.writeTo(out);
            long sum = printed + waiting;
            printed = sum;
            waiting = 0;
        }
    }

    /** How many records were written. */
    public long printed() {
        return printed;
    }
}
