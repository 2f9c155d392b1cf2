package io.tcpprobe.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Held while files of a state folder are read, changed and written, so that of two processes that do so at once none loses what
 * the other has written. A lock of the kernel (fcntl(2), F_SETLK), which gives it back when the process ends, however it ends.
 */
public final class ChangeLock implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30); // making keys takes others a second or two
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final FileChannel file;

    private ChangeLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes the lock of a state folder; waits for others at most 30 s.
     *
     * @throws IOException if the folder cannot be written, or another process does not give the lock back
     */
    public static ChangeLock take(Path stateFolder) throws IOException {
        return take(stateFolder, PATIENCE);
    }

    static ChangeLock take(Path stateFolder, Duration patience) throws IOException {
        Path path = stateFolder.resolve("change.lock");
        FileChannel file = StateFiles.openLock(path);
        boolean taken = false;
        try {
            long end = System.nanoTime() + patience.toNanos();
            taken = tryLock(file) != null;
            while (!taken && System.nanoTime() - end < 0) {
                Thread.sleep(PAUSE);
                taken = tryLock(file) != null;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            if (!taken) {
                file.close();
            }
        }
        if (!taken) {
            throw new IOException(
                    path + " is locked by another process; wait for it, or end it ('fuser " + path + "')");
        }
        return new ChangeLock(file);
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // another thread of this JVM has it
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
