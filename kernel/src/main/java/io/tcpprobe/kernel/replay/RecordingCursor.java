package io.tcpprobe.kernel.replay;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.records.BadLines;
import io.tcpprobe.kernel.records.ProbeRecord;
import io.tcpprobe.kernel.records.RecordDialect;
import io.tcpprobe.kernel.records.RecordReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads the records of a recording in their order. Used by one thread at a time. */
final class RecordingCursor implements AutoCloseable {
    private final RecordingInput input;
    private final RecordReader reader;
    private final Consumer<String> warnings;
    private final ProbeRecord record = new ProbeRecord();
    private final Timeline timeline = new Timeline();

    /** True if the round-trip times of the file are in milliseconds. */
    private final boolean milliseconds;

    /** True if {@link #record} has not been consumed yet. */
    private boolean pending;

    private long timeNanos;
    private boolean atEnd;

    private RecordingCursor(RecordingInput input, SettingStore settings, BadLines bad, Consumer<String> warnings) {
        this.input = input;
        this.reader = new RecordReader(input, RecordDialect.named(settings.get(Settings.REPLAY_DIALECT)), bad);
        this.milliseconds = settings.get(Settings.REPLAY_RTTUNIT).equals("ms");
        this.warnings = warnings;
    }

    /**
     * Opens a recording at its beginning.
     *
     * @param settings replay.dialect and replay.rttunit
     * @param bad counts malformed lines
     * @param warnings receives the fault of a damaged file
     * @throws IOException if it cannot be opened; the message names the file
     */
    static RecordingCursor open(Path file, SettingStore settings, BadLines bad, Consumer<String> warnings)
            throws IOException {
        return new RecordingCursor(RecordingInput.open(file), settings, bad, warnings);
    }

    /** Returns true if there is a record that has not been consumed; false at the end, or while a pipe has no data. */
    boolean has() {
        while (!pending && !atEnd) {
            if (reader.next(record)) {
                pending = true;
                timeNanos = timeline.next(record.timeNanos());
                if (milliseconds) {
                    record.scaleRoundTripTimes(1000);
                }
            } else if (!fill()) {
                return false;
            }
        }
        return pending;
    }

    /** Reads more of the file, and notes its end; returns false if there is no data now. A damaged file ends at the damage. */
    private boolean fill() {
        int came;
        try {
            came = reader.fill();
        } catch (IOException failed) {
            warnings.accept(failed.getMessage());
            came = -1;
        }
        if (came < 0) {
            atEnd = true;
            reader.end();
        }
        return came != 0;
    }

    /** Returns the record that has not been consumed, and consumes it; valid until the next call of {@link #has}. */
    ProbeRecord take() {
        pending = false;
        return record;
    }

    /** Returns the time of the last record that was read, in nanoseconds since the first one. */
    long timeNanos() {
        return timeNanos;
    }

    /** Returns true if all records have been consumed. */
    boolean ended() {
        return atEnd && !pending;
    }

    /** Returns true if the bytes arrive while another process writes them, so that they can be read only once. */
    boolean live() {
        return input.live();
    }

    /** Returns the number of lines that were read. */
    long lines() {
        return reader.lines();
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
