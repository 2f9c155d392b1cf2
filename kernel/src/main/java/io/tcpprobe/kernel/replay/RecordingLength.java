package io.tcpprobe.kernel.replay;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.records.BadLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The length of a recording: the file is read to its end once, on a thread of its own, after the first request. Thread-safe. */
final class RecordingLength implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordingLength.class);

    private final Path file;
    private final SettingStore settings;
    private volatile OptionalLong known = OptionalLong.empty();
    private volatile boolean closed;
    private @Nullable Thread thread;

    /** Names a file; nothing is read yet. */
    RecordingLength(Path file, SettingStore settings) {
        this.file = file;
        this.settings = settings;
    }

    /** Returns the time of the last record in nanoseconds since the first one; empty if it is not known yet. Does not wait. */
    OptionalLong get() {
        if (known.isEmpty()) {
            start();
        }
        return known;
    }

    /** Notes the length, if the end was reached otherwise. */
    void found(long nanos) {
        known = OptionalLong.of(nanos);
    }

    private synchronized void start() {
        if (thread == null && !closed) {
            thread = Thread.ofPlatform().daemon().name("tcpprobe-length").start(this::read);
        }
    }

    private void read() {
        try (RecordingCursor cursor = RecordingCursor.open(file, settings, new BadLines("", _ -> {}), _ -> {})) {
            while (!closed && cursor.has()) {
                cursor.take();
            }
            if (!closed) {
                known = OptionalLong.of(cursor.timeNanos());
            }
        } catch (IOException failed) {
            LOG.warn("read {} to find its length: {}", file, failed.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
