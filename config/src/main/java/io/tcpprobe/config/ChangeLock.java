package io.tcpprobe.config;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The lock that is held while files of a state folder are read, changed and written, so that concurrent processes do not
 * overwrite each other's changes. It excludes threads of one process as well; see {@link StateFileLock}.
 */
public final class ChangeLock implements AutoCloseable {
    private static final String NAME = "change.lock";
    private static final Duration PATIENCE =
            Duration.ofSeconds(30); // another holder that makes keys needs a second or two
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final StateFileLock lock;

    private ChangeLock(StateFileLock lock) {
        this.lock = lock;
    }

    /**
     * Takes the lock of a state folder; waits at most 30 s for other holders.
     *
     * @throws IOException if the folder cannot be written, or if another holder, in this process or another one, does not
     *     release the lock
     */
    public static ChangeLock take(Path stateFolder) throws IOException {
        return take(stateFolder, PATIENCE);
    }

    static ChangeLock take(Path stateFolder, Duration patience) throws IOException {
        StateFileLock lock = StateFileLock.tryTake(stateFolder, NAME);
        try {
            long end = System.nanoTime() + patience.toNanos();
            while (lock == null && System.nanoTime() - end < 0) {
                Thread.sleep(PAUSE);
                lock = StateFileLock.tryTake(stateFolder, NAME);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (lock == null) {
            Path path = stateFolder.resolve(NAME);
            throw new IOException(
                    path + " is locked by another process; wait until it ends, or end it ('fuser " + path + "')");
        }
        return new ChangeLock(lock);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
