package io.tcpprobe.agent.flows;

import io.tcpprobe.agent.core.RefreshingCache;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.Playback;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Controls the recording that the source replay plays. A seek plays the time before the new position at once, as much as
 * histories show, so that rates, verdicts, histories and events are what they are when the recording is played until there.
 * Seeks are carried out one after the other on a thread of their own; of those that wait, only the last one is. Meanwhile, the
 * last flows are served. Thread-safe.
 */
public final class Replay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Recorded time between two snapshots of a seek. */
    private static final long STEP_NANOS = 5 * SECOND;

    /** The last snapshots of a seek are so far apart, so that the verdicts are those of a short window. */
    private static final long LAST_STEP_NANOS = SECOND;

    private static final long CLOSE_MILLIS = 2000;

    /** Is notified of seeks, on their thread, without a lock. */
    public interface Listener {
        /**
         * The recording was moved: what was known of earlier snapshots is not the past of this one.
         *
         * @param first the flows some minutes before the new position
         */
        void moved(FlowSnapshot first);

        /** The time since the previous snapshot has been played. */
        void played(FlowSnapshot snapshot);
    }

    /**
     * What is played now.
     *
     * @param positionNanos the recorded time, in nanoseconds since the first record; during a seek, the wanted one
     * @param lengthNanos the time of the last record; empty while it is not known
     * @param playing true if the recorded time goes on
     * @param speed factor of the recorded speed
     * @param seeking true if a seek has not been completed
     * @param seeks number of seeks that were completed; one that a later seek has replaced is not
     * @param beganNanos the time of the position 0, in the clock of the rows
     * @param beganMillis the time of the position 0, in milliseconds since 1970, as the times of flows show it
     */
    public record State(
            long positionNanos,
            OptionalLong lengthNanos,
            boolean playing,
            double speed,
            boolean seeking,
            long seeks,
            long beganNanos,
            long beganMillis) {}

    private final FlowSnapshotCache flows;
    private final Playback playback;
    private final SettingStore settings;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** The position that is sought next; null if there is none. */
    private @Nullable Long wanted;

    /** The position that is sought now; null if there is none. */
    private @Nullable Long sought;

    private boolean playing = true;
    private long seeks;
    private volatile boolean closed;
    private @Nullable Thread thread;

    /**
     * Creates the control of a recording that is played.
     *
     * @param flows the flows of the recording
     * @param settings history.minutes
     */
    public Replay(FlowSnapshotCache flows, Playback playback, SettingStore settings) {
        this.flows = flows;
        this.playback = playback;
        this.settings = settings;
    }

    /** Notifies a listener of seeks from now on, after those that were added before. */
    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** Returns the state now. */
    public synchronized State state() {
        Playback.State now = playback.state();
        Long target = wanted == null ? sought : wanted;
        long position = target == null
                ? now.positionNanos()
                : Math.min(target, now.lengthNanos().orElse(Long.MAX_VALUE));
        boolean goesOn = target == null ? playing && !now.ended() : playing;
        return new State(
                position,
                now.lengthNanos(),
                goesOn,
                now.speed(),
                target != null,
                seeks,
                now.originNanos(),
                flows.wallMillis(now.originNanos()));
    }

    /** Lets the recorded time go on; from the beginning if all has been played. */
    public synchronized void play() {
        playing = true;
        if (wanted == null && sought == null) {
            if (playback.state().ended() && playback.seekable()) {
                seek(0);
            } else {
                playback.play();
            }
        }
    }

    /** Stops the recorded time. */
    public synchronized void pause() {
        playing = false;
        playback.pause();
    }

    /**
     * Sets the speed; the position stays.
     *
     * @param factor multiple of the recorded speed
     * @throws IllegalArgumentException if it is not between 0.001 and 999999
     */
    public void speed(double factor) {
        if (!(factor >= 0.001 && factor <= 999_999)) {
            throw new IllegalArgumentException(
                    "speed " + factor + ": is not between 0.001 and 999999; use pause for 0");
        }
        playback.speed(factor);
    }

    /**
     * Begins to move to a position; does not wait.
     *
     * @param positionNanos nanoseconds since the first record; beyond the last record, it is that of the last record
     * @throws IllegalArgumentException if the position is negative
     * @throws IllegalStateException if the recording cannot be read again
     */
    public synchronized void seek(long positionNanos) {
        if (positionNanos < 0) {
            throw new IllegalArgumentException("seek " + positionNanos + " ns: is before the beginning");
        }
        if (!playback.seekable()) {
            throw new IllegalStateException("seek: a pipe can be read only once; record it in a file, and play that");
        }
        if (closed) {
            return;
        }
        wanted = positionNanos;
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("tcpprobe-replay").start(this::run);
        }
        notifyAll();
    }

    private void run() {
        try {
            while (!closed) {
                long position = next();
                if (closed) {
                    return;
                }
                try {
                    carryOut(position);
                } catch (IOException | RuntimeException | Error failed) {
                    LOG.warn("seek {} s in the recording: {}", position / SECOND, failed.toString());
                }
                finish();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized long next() throws InterruptedException {
        while (wanted == null && !closed) {
            wait();
        }
        long position = wanted == null ? 0 : wanted;
        sought = position;
        wanted = null;
        playback.pause();
        return position;
    }

    /** Ends a seek. One that a later seek has replaced is not completed. */
    private synchronized void finish() {
        sought = null;
        if (wanted != null) {
            return;
        }
        seeks++;
        if (playing) {
            playback.play();
        }
    }

    /** Returns true if a seek has not been completed. */
    public synchronized boolean seeking() {
        return wanted != null || sought != null;
    }

    private synchronized boolean stopped() {
        return closed || wanted != null;
    }

    /** Moves to some minutes before a position, and plays from there to it. Ends early if there is a later seek. */
    private void carryOut(long wantedNanos) throws IOException {
        long position = Math.min(wantedNanos, playback.state().lengthNanos().orElse(Long.MAX_VALUE));
        long lead = TimeUnit.MINUTES.toNanos(Math.max(1, settings.get(Settings.HISTORY_MINUTES)));
        long at = Math.max(0, position - lead);
        RefreshingCache.Use<Boolean, IOException> move = move(at);
        FlowSnapshot first = flows.restart(move);
        evaluate(first);
        if (stopped()) {
            return;
        }
        listeners.forEach(listener -> listener.moved(first));
        while (at < position && !stopped()) {
            long left = position - at;
            at = left > STEP_NANOS + 2 * LAST_STEP_NANOS
                    ? at + STEP_NANOS
                    : Math.min(
                            position,
                            left > 2 * LAST_STEP_NANOS ? position - 2 * LAST_STEP_NANOS : at + LAST_STEP_NANOS);
            RefreshingCache.Use<Boolean, IOException> step = move(at);
            flows.exclusively(step);
            FlowSnapshot snapshot = flows.refreshNow();
            evaluate(snapshot);
            listeners.forEach(listener -> listener.played(snapshot));
            if (playback.state().ended()) {
                return;
            }
        }
    }

    private RefreshingCache.Use<Boolean, IOException> move(long position) {
        return () -> {
            playback.moveTo(position, this::stopped);
            return true;
        };
    }

    /** Computes the verdicts, so that the window of those of the next snapshot begins here. */
    private static void evaluate(FlowSnapshot snapshot) {
        snapshot.verdicts().get();
    }

    /** Ends a seek, and waits for its end, but not for long. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
            notifyAll();
        }
        if (running != null) {
            try { // no interrupt: it would close the recording within a line
                running.join(CLOSE_MILLIS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
