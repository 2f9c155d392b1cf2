package io.tcpprobe.kernel.replay;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.records.RecordStream;
import io.tcpprobe.kernel.records.RowListener;
import java.io.IOException;
import java.util.function.LongSupplier;

/** The stream of the records of a file as they are replayed. */
public final class ReplayStream implements RecordStream {
    private final ReplaySource source;

    private ReplayStream(ReplaySource source) {
        this.source = source;
    }

    /**
     * Opens the file that the setting replay.file names.
     *
     * @throws IOException if it cannot be read; the message states the cause and the remedy
     */
    public static ReplayStream open(SettingStore settings, LongSupplier monotonicNanos, RowListener listener)
            throws IOException {
        return new ReplayStream(ReplaySource.open(settings, monotonicNanos, listener));
    }

    @Override
    public String source() {
        return source.name();
    }

    @Override
    public void drain() throws IOException {
        source.refresh();
    }

    @Override
    public long dropped() {
        return source.badLines();
    }

    @Override
    public boolean ended() {
        return source.ended();
    }

    @Override
    public void close() {
        source.close();
    }
}
