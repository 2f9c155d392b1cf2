package io.tcpprobe.agent;

import io.tcpprobe.agent.about.DoorException;
import io.tcpprobe.config.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a second agent from using the same state folder: two engines with one identity would undo each other's boots. */
public final class StateLock implements AutoCloseable {
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
        FileChannel file =
                FileChannel.open(stateFolder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = tryLock(file);
        } finally {
            if (lock == null) {
                file.close();
            }
        }
        if (lock == null) {
            throw new DoorException(new Problem(
                    "lock",
                    stateFolder.toString(),
                    "another agent uses this state folder",
                    "stop it, or give this one its own with --set state.dir=FOLDER"));
        }
        return new StateLock(file);
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
