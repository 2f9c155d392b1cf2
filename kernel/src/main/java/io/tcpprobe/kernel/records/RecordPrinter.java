package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Prints samples as records. The output is buffered until {@link #flush}, or until the buffer is full. Used by one thread at a
 * time.
 */
public final class RecordPrinter implements RowListener {
    private static final int FULL = 1 << 20;

    private final RecordFormat format;
    private final OutputStream out;
    private final long startNanos;
    private final LineText text = new LineText();
    private final ProbeRecord record = new ProbeRecord();
    private Supplier<SocketOwners> finder = () -> SocketOwners.NONE;
    private @Nullable SocketOwners owners;
    private volatile long printed;
    private long waiting;

    /**
     * Creates a printer.
     *
     * @param out receives the lines; not closed here
     * @param startNanos the origin of the records' times, in CLOCK_MONOTONIC
     */
    public RecordPrinter(RecordFormat format, OutputStream out, long startNanos) {
        this.format = format;
        this.out = out;
        this.startNanos = startNanos;
    }

    /**
     * Sets the source of the processes in JSON; by default they are those of the rows.
     *
     * @param found supplies the owners of sockets; called for the first record after each {@link #flush}
     */
    public void owners(Supplier<SocketOwners> found) {
        finder = found;
    }

    @Override
    public void sampled(MemorySegment memory, long row) {
        RecordRow.read(memory, row, startNanos, record);
        switch (format) {
            case TCPPROBE -> RecordLine.write(record, text);
            case JSON -> RowJson.write(memory, row, record, owners(), text);
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

    private SocketOwners owners() {
        SocketOwners known = owners;
        if (known == null) {
            known = finder.get();
            owners = known;
        }
        return known;
    }

    /**
     * Writes the buffered output.
     *
     * @throws IOException if it cannot be written, for example because the reader of a pipe has closed it
     */
    public void flush() throws IOException {
        if (waiting > 0) {
            text.writeTo(out);
            long sum = printed + waiting;
            printed = sum;
            waiting = 0;
            owners = null;
        }
    }

    /** Returns the number of records written. */
    public long printed() {
        return printed;
    }
}
