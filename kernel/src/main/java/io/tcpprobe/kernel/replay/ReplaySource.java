package io.tcpprobe.kernel.replay;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.Playback;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.records.BadLines;
import io.tcpprobe.kernel.records.ProbeRecord;
import io.tcpprobe.kernel.records.RecordTable;
import io.tcpprobe.kernel.records.RowListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source replay: plays the flows of a file of records. A refresh plays the records up to the position; nothing is read
 * between refreshes. The clock of the rows is the recorded time: it goes faster or slower than the time of the host, stands
 * while the recording is paused and after its end, and goes back when an earlier position is played. Hence rates and verdicts
 * are those of the recorded time. With replay.speed=0 all records are played as if they happened now, until the recording is
 * moved to a position.
 */
public final class ReplaySource implements FlowSource, Playback {
    private static final Logger LOG = LoggerFactory.getLogger(ReplaySource.class);
    private static final long SECOND = 1_000_000_000L;

    /** A move checks after so many records, which take some milliseconds, if it is to be stopped. */
    private static final int CHECKED = 1 << 12;

    /**
     * What other threads know. Replaced by {@link #publish}.
     *
     * @param playhead the position
     * @param timed false if all records are due at once
     * @param begun true if the first record has been read, which is at the position 0
     * @param originNanos the time of the first record, in the clock of the rows
     * @param lastNanos the last position: that of the last record if it has been played, or if records are not timed
     * @param ended true if the last record has been played
     */
    private record Published(
            Playhead playhead, boolean timed, boolean begun, long originNanos, long lastNanos, boolean ended) {
        long position(long nowNanos) {
            return timed && begun ? Math.min(playhead.position(nowNanos), lastNanos) : lastNanos;
        }

        Published with(Playhead changed) {
            return new Published(changed, timed, begun, originNanos, lastNanos, ended);
        }

        Published until(long last, boolean end) {
            return new Published(playhead, timed, begun, originNanos, last, end);
        }
    }

    private final SettingStore settings;
    private final LongSupplier monotonicNanos;
    private final Path file;
    private final RowListener listener;
    private final BadLines bad;
    private final RecordingLength length;
    private RecordingCursor cursor;
    private RecordTable table;
    private volatile Published published;
    private long played;

    /** The position up to which records have been played. */
    private long reachedNanos;

    private boolean endLogged;

    private ReplaySource(SettingStore settings, LongSupplier monotonicNanos, Path file, RowListener listener)
            throws IOException {
        this.settings = settings;
        this.monotonicNanos = monotonicNanos;
        this.file = file;
        this.listener = listener;
        this.bad = new BadLines("replay " + file, LOG::warn);
        this.length = new RecordingLength(file, settings);
        this.cursor = openCursor();
        this.table = new RecordTable(new FlowIds(), listener);
        double speed = Double.parseDouble(settings.get(Settings.REPLAY_SPEED));
        long now = monotonicNanos.getAsLong();
        this.published =
                new Published(new Playhead(0, now, speed == 0 ? 1 : speed, true), speed != 0, false, now, 0, false);
    }

    private RecordingCursor openCursor() throws IOException {
        return RecordingCursor.open(file, settings, bad, fault -> LOG.warn("replay {}: {}", file, fault));
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
        ReplaySource source = new ReplaySource(settings, monotonicNanos, requireReadable(settings), listener);
        source.refresh();
        return source;
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

    private synchronized Published publish(UnaryOperator<Published> change) {
        published = change.apply(published);
        return published;
    }

    @Override
    public void refresh() {
        begin();
        Published state = published;
        playUntil(state.timed ? state.position(monotonicNanos.getAsLong()) : Playhead.LATEST, () -> false);
    }

    /** Notes the time when the first record is read, at which it is due; so a pipe may begin late. */
    private void begin() {
        if (!published.begun && cursor.has()) {
            long now = monotonicNanos.getAsLong();
            publish(state -> new Published(
                    state.playhead.moved(0, now), state.timed, true, now, state.timed ? Playhead.LATEST : 0, false));
        }
    }

    /** Plays the records up to a position; returns false if that was stopped. */
    private boolean playUntil(long position, BooleanSupplier stopped) {
        table.freeOutgrown();
        Published state = published;
        int port = settings.get(Settings.PORT).intValue();
        long maxflows = settings.get(Settings.MAXFLOWS);
        long silentNanos = settings.get(Settings.PURGETIME) * SECOND;
        long now = monotonicNanos.getAsLong();
        for (int count = 1; cursor.has() && cursor.timeNanos() <= position; count++) {
            long sampled = state.timed ? state.originNanos + cursor.timeNanos() : now;
            reachedNanos = cursor.timeNanos();
            ProbeRecord record = cursor.take();
            played++;
            if (port == 0 || record.hasPort(port)) {
                table.expire(record, sampled - silentNanos);
                table.accept(record, sampled, maxflows);
            }
            if (count % CHECKED == 0) {
                table.freeOutgrown();
                if (stopped.getAsBoolean()) {
                    return false;
                }
            }
        }
        boolean ended = cursor.ended();
        reachedNanos = ended ? reachedNanos : position;
        table.purge(state.timed && !ended ? state.originNanos + position - silentNanos : Long.MIN_VALUE, port);
        long last = ended || !state.timed ? cursor.timeNanos() : state.lastNanos;
        if (ended && !endLogged) {
            length.found(
                    last); // first: a reader of the state would otherwise read the length, of a pipe its next records
        }
        publish(one -> one.until(last, ended));
        if (ended && !endLogged) {
            endLogged = true;
            logEnd();
        }
        return true;
    }

    private void logEnd() {
        if (played == 0) {
            LOG.warn("replay {}", Recording.noRecord(file, cursor.lines(), bad));
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

    @Override
    public long rowNanos(long monotonic) {
        Published state = published;
        return state.timed && state.begun ? state.originNanos + state.position(monotonic) : monotonic;
    }

    /** It goes on while it is read, at a high speed by seconds. */
    @Override
    public long refreshedNanos(long beganNanos, long endedNanos) {
        return rowNanos(endedNanos);
    }

    @Override
    public Optional<Playback> playback() {
        return Optional.of(this);
    }

    @Override
    public State state() {
        Published state = published;
        OptionalLong end = seekable() || state.ended ? length.get() : OptionalLong.empty();
        long position = Math.min(state.position(monotonicNanos.getAsLong()), end.orElse(Long.MAX_VALUE));
        return new State(
                position,
                state.originNanos,
                end,
                state.playhead.playing() && !state.ended,
                state.playhead.speed(),
                state.ended);
    }

    @Override
    public boolean seekable() {
        return Files.isRegularFile(file);
    }

    @Override
    public void play() {
        playing(true);
    }

    @Override
    public void pause() {
        playing(false);
    }

    private void playing(boolean on) {
        long now = monotonicNanos.getAsLong();
        publish(state ->
                state.with(state.playhead.moved(state.position(now), now).playing(on, now)));
    }

    @Override
    public void speed(double factor) {
        if (!(factor > 0 && Double.isFinite(factor))) {
            throw new IllegalArgumentException("speed " + factor + ": must be a positive number");
        }
        long now = monotonicNanos.getAsLong();
        publish(state ->
                state.with(state.playhead.moved(state.position(now), now).speed(factor, now)));
    }

    @Override
    public void moveTo(long positionNanos, BooleanSupplier stopped) throws IOException {
        if (!published.timed || positionNanos < reachedNanos) {
            rewind();
        }
        begin();
        publish(state -> new Published(
                state.playhead.moved(positionNanos, monotonicNanos.getAsLong()),
                true,
                state.begun,
                state.originNanos,
                cursor.ended() ? cursor.timeNanos() : Playhead.LATEST,
                cursor.ended()));
        if (!playUntil(positionNanos, stopped)) {
            publish(state -> state.with(state.playhead.moved(reachedNanos, monotonicNanos.getAsLong())));
        }
    }

    /** Begins at the first record again, without flows. */
    private void rewind() throws IOException {
        RecordingCursor again = openCursor();
        RecordingCursor before = cursor;
        cursor = again;
        reachedNanos = 0;
        table.close();
        table = new RecordTable(new FlowIds(), listener);
        before.close();
    }

    /** Returns true if all records have been played. */
    public boolean ended() {
        return published.ended;
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
        length.close();
        table.close();
        try {
            cursor.close();
        } catch (IOException failed) {
            LOG.warn("close {}: {}", file, failed.getMessage());
        }
    }
}
