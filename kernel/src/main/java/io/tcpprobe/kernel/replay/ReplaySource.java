package io.tcpprobe.kernel.replay;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.records.BadLines;
import io.tcpprobe.kernel.records.ProbeRecord;
import io.tcpprobe.kernel.records.RecordDialect;
import io.tcpprobe.kernel.records.RecordReader;
import io.tcpprobe.kernel.records.RecordTable;
import io.tcpprobe.kernel.records.RowListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source replay: replays the flows of a file of records in real time. A refresh plays the records that have become due
 * since the last one; nothing is read between refreshes. The end of the file is logged once, and the flows then remain
 * unchanged.
 */
public final class ReplaySource implements FlowSource {
    private static final Logger LOG = LoggerFactory.getLogger(ReplaySource.class);

    private final SettingStore settings;
    private final LongSupplier monotonicNanos;
    private final Path file;
    private final RecordingInput input;
    private final RecordReader reader;
    private final BadLines bad;
    private final RecordTable table;
    private final Timeline timeline;
    private final ProbeRecord record = new ProbeRecord();

    /** True if the round-trip times of the file are in milliseconds. */
    private final boolean milliseconds;

    /** The time when the first record was read, at which it was due; so a pipe may begin late. */
    private long startNanos;

    /** True if {@link #record} has not been played yet; it is due at the following time. */
    private boolean pending;

    private long dueNanos;
    private boolean begun;
    private long played;
    private boolean atEnd;
    private boolean ended;

    private ReplaySource(
            SettingStore settings, LongSupplier monotonicNanos, Path file, RecordingInput input, RowListener listener) {
        this.settings = settings;
        this.monotonicNanos = monotonicNanos;
        this.file = file;
        this.input = input;
        this.bad = new BadLines("replay " + file, LOG::warn);
        this.reader = new RecordReader(input, RecordDialect.named(settings.get(Settings.REPLAY_DIALECT)), bad);
        this.table = new RecordTable(new FlowIds(), listener);
        this.timeline = new Timeline(Double.parseDouble(settings.get(Settings.REPLAY_SPEED)));
        this.milliseconds = settings.get(Settings.REPLAY_RTTUNIT).equals("ms");
    }

    /**
     * Opens the file that the setting replay.file names; its first record is due now.
     *
     * @param monotonicNanos CLOCK_MONOTONIC
     * @throws IOException if it cannot be read; the message states the cause and the remedy
     */
    public static ReplaySource open(SettingStore settings, LongSupplier monotonicNanos) throws IOException {
        return open(settings, monotonicNanos, (_, _) -> {});
    }

    /**
     * Opens the source like {@link #open(SettingStore, LongSupplier)}; the listener is notified of every record that is played.
     */
    public static ReplaySource open(SettingStore settings, LongSupplier monotonicNanos, RowListener listener)
            throws IOException {
        Path file = requireReadable(settings);
        ReplaySource source = new ReplaySource(settings, monotonicNanos, file, RecordingInput.open(file), listener);
        try {
            source.refresh();
            return source;
        } catch (IOException failed) {
            source.close();
            throw failed;
        }
    }

    /**
     * Returns the file that the setting replay.file names, without opening it.
     *
     * @throws IOException if it cannot be read; the message states the cause and the remedy
     */
    public static Path requireReadable(SettingStore settings) throws IOException {
        String name = settings.get(Settings.REPLAY_FILE);
        if (name.isEmpty()) {
            throw new IOException("no file is set; use --set replay.file=FILE");
        }
        Path file = Path.of(name);
        if (Files.isDirectory(file) || !Files.isReadable(file)) {
            throw new IOException(file + " is not a readable file or pipe; set another with --set replay.file=FILE");
        }
        return file;
    }

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public SettingUser settingUser() {
        return SettingUser.REPLAY;
    }

    @Override
    public void refresh() throws IOException {
        table.freeOutgrown();
        long now = monotonicNanos.getAsLong();
        int port = settings.get(Settings.PORT).intValue();
        long maxflows = settings.get(Settings.MAXFLOWS);
        while (pending || advance()) {
            if (now - dueNanos < 0) {
                break;
            }
            pending = false;
            played++;
            if (port == 0 || record.hasPort(port)) {
                table.accept(record, timeline.timed() ? dueNanos : now, maxflows);
            }
        }
        long idle = timeline.played(settings.get(Settings.PURGETIME) * 1_000_000_000);
        table.purge(atEnd || !timeline.timed() ? Long.MIN_VALUE : now - idle, port);
        sayEnd();
    }

    /** Reads the next record; returns false if there is none, or none yet. */
    private boolean advance() throws IOException {
        while (!atEnd) {
            if (reader.next(record)) {
                plan();
                return true;
            }
            int came = fill();
            if (came == 0) {
                return false;
            }
            if (came < 0) {
                atEnd = true;
                reader.end();
            }
        }
        return false;
    }

    /** Reads more of the file; a damaged file ends at the damage. */
    private int fill() {
        try {
            return reader.fill();
        } catch (IOException failed) {
            LOG.warn("replay {}: {}", file, failed.getMessage());
            return -1;
        }
    }

    private void plan() {
        if (milliseconds) {
            record.scaleRoundTripTimes(1000);
        }
        if (!begun) {
            begun = true;
            startNanos = monotonicNanos.getAsLong();
        }
        dueNanos = startNanos + timeline.next(record.timeNanos());
        pending = true;
    }

    private void sayEnd() {
        if (!atEnd || pending || ended) {
            return;
        }
        ended = true;
        if (played == 0) {
            LOG.warn("replay {}", Recording.noRecord(file, reader.lines(), bad));
            return;
        }
        LOG.info(
                "replay {}: end of file after {} records and {} bad lines; the flows keep their last values",
                file,
                played,
                bad.count());
    }

    @Override
    public boolean live() {
        return false;
    }

    /** Returns true if all records have been played. */
    public boolean ended() {
        return ended;
    }

    /** Returns the number of malformed lines, which were skipped. */
    long badLines() {
        return bad.count();
    }

    @Override
    public FlowRows rows() {
        return table.rows();
    }

    @Override
    public Map<FlowStatistic, Long> statistics() {
        Map<FlowStatistic, Long> counted = table.statistics();
        counted.put(FlowStatistic.BAD_LINES, bad.count());
        return counted;
    }

    @Override
    public Map<TcpState, Integer> socketsByState() {
        return Map.of();
    }

    @Override
    public void close() {
        try (table) {
            input.close();
        } catch (IOException failed) {
            LOG.warn("close {}: {}", file, failed.getMessage());
        }
    }
}
