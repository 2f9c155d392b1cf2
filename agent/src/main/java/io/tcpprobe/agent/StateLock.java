package io.tcpprobe.agent;

import io.tcpprobe.agent.about.DoorException;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.StateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps a second agent from using the same state folder: two engines with one identity would undo each other's boots. */
public final class StateLock implements AutoCloseable {
    private static final int TRIES = 10;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final FileChannel file;

    private StateLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes the lock of a state folder; the kernel gives it back when the process ends, however it ends.
     *
     * @throws DoorException if another agent has it
     * @throws IOException if the folder cannot be written
     */
    static StateLock take(Path stateFolder) throws IOException {
        FileChannel file = open(stateFolder);
        if (file == null) {
            throw new DoorException(new Problem(
                    "lock",
                    stateFolder.toString(),
                    "another agent uses this state folder",
                    "stop it, or give this one its own with --set state.dir=FOLDER"));
        }
        return new StateLock(file);
    }

    /** Returns true if an agent has the lock now. */
    static boolean taken(Path stateFolder) throws IOException {
        try (FileChannel file = open(stateFolder)) {
            return file == null;
        }
    }

    /** The file, locked; null if an agent has it. Tries again for a moment: {@link #taken} has the lock while it looks. */
    private static @Nullable FileChannel open(Path stateFolder) throws IOException {
        FileChannel file = StateFiles.openLock(stateFolder.resolve("lock"));
        FileLock lock = null;
        try {
            lock = tryLock(file);
            for (int i = 1; lock == null && i < TRIES; i++) {
                Thread.sleep(PAUSE);
                lock = tryLock(file);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            if (lock == null) {
                file.close();
            }
        }
        return lock == null ? null : file;
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // an agent of this very JVM has it
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
