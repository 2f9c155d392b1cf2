package io.tcpprobe.kernel.proc;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of counters below /proc/net that is read again when the last reading is too old. The file stays open, and with it the
 * network namespace in which it was opened. A missing or malformed file has the values that can be read; each kind of fault is
 * logged once. A missing file is opened again at the next reading.
 */
final class ProcFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcFile.class);

    /**
     * Maximum age of a reading: short enough to be unnoticeable, long enough that one walk over the counters reads the file
     * once. A cache of seconds, as in other agents, would hide the change that a client wants to observe.
     */
    private static final long MAX_AGE_NANOS = 10_000_000;

    private static final int FIRST_BUFFER = 64 * 1024;

    /** Maximum number of bytes that are read of a file. */
    private static final int MAX_BUFFER = 1024 * 1024;

    /** A reading of all groups, and its time. */
    record Reading(long at, Map<String, Counters> groups) {
        /** Returns the counters of a group. */
        Counters group(String name) {
            return groups.getOrDefault(name, Counters.NONE);
        }
    }

    private final Path path;
    private final Set<String> needed;
    private final Set<String> groups;
    private final LongSupplier monotonicNanos;
    private final Consumer<String> warnings;
    private final Set<String> logged = new HashSet<>();
    private byte[] text = new byte[FIRST_BUFFER];

    /** Not a FileChannel, which the interruption of a reading thread would close permanently. Null if missing. */
    private @Nullable RandomAccessFile file;

    private volatile @Nullable Reading last;

    /**
     * Opens a file and reads it.
     *
     * @param needed the groups of counters that every kernel has
     * @param optional groups that a kernel may lack
     * @param warnings receives each kind of fault once
     */
    ProcFile(
            Path path,
            List<String> needed,
            List<String> optional,
            LongSupplier monotonicNanos,
            Consumer<String> warnings) {
        this.path = path;
        this.warnings = warnings;
        this.needed = Set.copyOf(needed);
        this.groups = new HashSet<>(needed);
        this.groups.addAll(optional);
        this.monotonicNanos = monotonicNanos;
        read();
    }

    /** Returns a reading, at most 10 ms old. */
    Reading current() {
        Reading reading = last;
        return reading == null || monotonicNanos.getAsLong() - reading.at > MAX_AGE_NANOS ? read() : reading;
    }

    private synchronized Reading read() {
        Reading before = last;
        long now = monotonicNanos.getAsLong();
        if (before != null && now - before.at <= MAX_AGE_NANOS) {
            return before; // another thread has just read it
        }
        int length = length();
        Map<String, Counters> found = new HashMap<>();
        for (String group : groups) {
            Counters previous = before == null ? Counters.NONE : before.group(group);
            Counters counters = length < 0 ? Counters.NONE : Counters.parse(text, length, group, previous);
            if (length >= 0) {
                report(group, counters.fault());
            }
            found.put(group, counters);
        }
        Reading reading = new Reading(now, found);
        last = reading;
        return reading;
    }

    private void report(String group, Counters.Fault fault) {
        if (fault != Counters.Fault.NONE && (fault != Counters.Fault.NO_GROUP || needed.contains(group))) {
            warnOnce(group + ": " + fault.text());
        }
    }

    private void warnOnce(String fault) {
        if (logged.add(fault)) {
            warnings.accept("read " + path + ": " + fault + "; the missing values are absent");
        }
    }

    /** Reads the whole file into {@link #text}; returns the number of bytes, or -1 if it cannot be read. */
    private int length() {
        try {
            RandomAccessFile open = file;
            if (open == null) {
                open = new RandomAccessFile(path.toFile(), "r");
                file = open;
            }
            return readAll(open);
        } catch (FileNotFoundException missing) {
            warnOnce("the file cannot be opened");
            LOG.debug("{}", missing.getMessage());
        } catch (IOException unreadable) {
            warnOnce("the file cannot be read");
            LOG.debug("{}", unreadable.getMessage());
        }
        return -1;
    }

    private int readAll(RandomAccessFile open) throws IOException {
        open.seek(0);
        int length = 0;
        while (true) {
            int count = open.read(text, length, text.length - length);
            if (count < 0) {
                return length;
            }
            length += count;
            if (length == text.length) {
                if (length == MAX_BUFFER) {
                    return lastLineEnd(length); // the rest would be inconsistent
                }
                text = Arrays.copyOf(text, text.length * 2);
            }
        }
    }

    private int lastLineEnd(int length) {
        int end = length;
        while (end > 0 && text[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    @Override
    public synchronized void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
