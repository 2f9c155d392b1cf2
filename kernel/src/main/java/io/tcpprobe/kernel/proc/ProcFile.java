package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file of counters below /proc/net that is read again when a reading is too old. The file stays open, and with it the
 * network namespace that it was opened in.
 */
final class ProcFile implements AutoCloseable {
    /**
     * How old a reading may be: so short that nobody notices, so long that one walk over the counters reads once. Seconds of
     * age, as other agents have, hide the very change that is asked for.
     */
    private static final long GREATEST_AGE_NANOS = 10_000_000;

    private static final int BUFFER = 64 * 1024;

    /** A reading of all groups, and when it was made. */
    private record Reading(long at, Map<String, Counters> groups) {}

    /** Not a FileChannel: that would be closed for ever by the interruption of a thread that reads it. */
    private final RandomAccessFile file;

    private final List<String> groups;
    private final LongSupplier monotonicNanos;
    private final byte[] text = new byte[BUFFER];
    private volatile @Nullable Reading last;

    private ProcFile(RandomAccessFile file, List<String> groups, LongSupplier monotonicNanos) {
        this.file = file;
        this.groups = groups;
        this.monotonicNanos = monotonicNanos;
    }

    /**
     * Opens a file.
     *
     * @param groups the names of the groups of counters that are wanted
     * @throws IOException if the file is not there or cannot be read
     */
    static ProcFile open(Path file, List<String> groups, LongSupplier monotonicNanos) throws IOException {
        ProcFile opened = new ProcFile(new RandomAccessFile(file.toFile(), "r"), groups, monotonicNanos);
        try {
            opened.read();
            return opened;
        } catch (IOException failed) {
            opened.close();
            throw failed;
        }
    }

    /**
     * A group's counters, at most a hundredth of a second old.
     *
     * @throws IOException if the file can no longer be read
     */
    Counters group(String name) throws IOException {
        Reading reading = last;
        if (reading == null || monotonicNanos.getAsLong() - reading.at > GREATEST_AGE_NANOS) {
            reading = read();
        }
        return reading.groups.getOrDefault(name, Counters.NONE);
    }

    private synchronized Reading read() throws IOException {
        Reading before = last;
        long now = monotonicNanos.getAsLong();
        if (before != null && now - before.at <= GREATEST_AGE_NANOS) {
            return before; // another thread has just read it
        }
        file.seek(0);
        int length = 0;
        for (int count = 0; count >= 0 && length < text.length; length += Math.max(count, 0)) {
            count = file.read(text, length, text.length - length);
        }
        Map<String, Counters> found = new HashMap<>();
        for (String group : groups) {
            Counters previous = before == null ? Counters.NONE : before.groups.getOrDefault(group, Counters.NONE);
            found.put(group, Counters.parse(text, length, group, previous));
        }
        Reading reading = new Reading(now, found);
        last = reading;
        return reading;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
