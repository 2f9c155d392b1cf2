package io.tcpprobe.kernel.replay;

import io.tcpprobe.config.ProgramName;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.records.BadLines;
import io.tcpprobe.kernel.records.ProbeRecord;
import io.tcpprobe.kernel.records.RecordDialect;
import io.tcpprobe.kernel.records.RecordReader;
import io.tcpprobe.kernel.records.RecordTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A recorded file, read from its beginning to its end without waiting: in the formats that the source replay plays, with the
 * settings replay.dialect, replay.rttunit and port. Memory is bounded by the number of connections that are open at the same
 * time, not by the size of the file.
 */
public final class Recording {
    /** Length of the intervals of {@link RecordingVisitor#interval}. */
    public static final long INTERVAL_NANOS = 1_000_000_000L;

    private final Path file;
    private final SettingStore settings;
    private final long maxOpen;
    private final Consumer<String> warnings;
    private final ProbeRecord record = new ProbeRecord();
    private final RecordedSample sample = new RecordedSample();
    private long records;
    private long delivered;
    private long badLines;

    /**
     * Names a recording.
     *
     * @param maxOpen maximum number of connections that are open at the same time; records of further ones are skipped
     * @param warnings receives the faults of malformed lines, of which the number is bounded, and of damaged files
     */
    public Recording(Path file, SettingStore settings, long maxOpen, Consumer<String> warnings) {
        this.file = file;
        this.settings = settings;
        this.maxOpen = maxOpen;
        this.warnings = warnings;
    }

    /**
     * Reads the whole file.
     *
     * @throws IOException if the file cannot be read or has no record; the message states the cause and the remedy
     */
    public void read(RecordingVisitor visitor) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IOException(file + " is not a readable file; name a file of records");
        }
        BadLines bad = new BadLines(file.toString(), warnings);
        records = 0;
        delivered = 0;
        try (RecordingInput input = RecordingInput.open(file);
                Reading reading = new Reading(
                        new RecordReader(input, RecordDialect.named(settings.get(Settings.REPLAY_DIALECT)), bad),
                        visitor)) {
            reading.run();
            badLines = bad.count();
            if (records == 0) {
                throw new IOException(noRecord(file, reading.reader.lines(), bad));
            }
        }
    }

    /** Returns why a file without records is not a recording, and what to do. */
    static String noRecord(Path file, long lines, BadLines bad) {
        return file + ": none of its " + lines + " lines is a record"
                + (bad.first().isEmpty() ? "" : " (" + bad.first() + ")")
                + "; a line must have the columns of tcp_probe_plus (19 or 16) or tcp_probe (11), or be the text of the"
                + " tracepoint tcp:tcp_probe, or JSON of '" + ProgramName.command("records")
                + "'; name another file, or the dialect with"
                + " --set replay.dialect=NAME";
    }

    /** Returns the number of records that were read; records of other ports are not counted. */
    public long records() {
        return records;
    }

    /** Returns the number of records that were skipped because too many connections were open. */
    public long skipped() {
        return records - delivered;
    }

    /** Returns the number of malformed lines, which were skipped. */
    public long badLines() {
        return badLines;
    }

    /** One run through the file. */
    private final class Reading implements AutoCloseable {
        private final RecordReader reader;
        private final RecordingVisitor visitor;
        private final RecordTable table;
        private final Timeline timeline = new Timeline();
        private final int port = settings.get(Settings.PORT).intValue();
        private final boolean milliseconds =
                settings.get(Settings.REPLAY_RTTUNIT).equals("ms");
        private long timeNanos;
        private long intervalEnds;

        Reading(RecordReader reader, RecordingVisitor visitor) {
            this.reader = reader;
            this.visitor = visitor;
            table = new RecordTable(new FlowIds(), (memory, row) -> {
                delivered++;
                sample.at(memory, row);
                visitor.sample(sample);
            });
        }

        void run() {
            boolean more = true;
            while (more) {
                while (reader.next(record)) {
                    accept();
                }
                more = fill();
            }
            reader.end();
            if (records > 0) {
                visitor.interval(timeNanos, this::flows);
            }
        }

        /** Reads more of the file; a damaged file ends at the damage. */
        private boolean fill() {
            try {
                return reader.fill() >= 0;
            } catch (IOException failed) {
                warnings.accept(failed.getMessage());
                return false;
            }
        }

        private void accept() {
            if (port != 0 && !record.hasPort(port)) {
                return;
            }
            if (milliseconds) {
                record.scaleRoundTripTimes(1000);
            }
            timeNanos = timeline.next(record.timeNanos());
            if (timeNanos >= intervalEnds) {
                visitor.interval(timeNanos, this::flows);
                intervalEnds = timeNanos + INTERVAL_NANOS;
            }
            records++;
            sample.next(timeNanos, record.last());
            table.accept(record, timeNanos, maxOpen);
            table.freeOutgrown();
        }

        private FlowColumns flows() {
            return FlowColumns.copyOf(table.rows());
        }

        @Override
        public void close() {
            table.close();
        }
    }
}
