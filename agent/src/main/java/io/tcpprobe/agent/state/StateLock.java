package io.tcpprobe.agent.state;

import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.StateFileLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps a second agent from using the same state folder: two engines with one identity would overwrite each other's boot counter. */
public final class StateLock implements AutoCloseable {
    private static final String NAME = "lock";
    private static final int MAX_ATTEMPTS = 10;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final StateFileLock lock;

    private StateLock(StateFileLock lock) {
        this.lock = lock;
    }

    /**
     * Acquires the lock of a state folder; the kernel releases it when the process ends for any reason.
     *
     * @throws ProblemException if another agent has it
     * @throws IOException if the folder cannot be written
     */
    static StateLock take(Path stateFolder) throws IOException {
        StateFileLock lock = tryTake(stateFolder);
        if (lock == null) {
            throw new ProblemException(new Problem(
                    "lock",
                    stateFolder.toString(),
                    "another agent uses this state folder",
                    "stop it, or give this one its own with --set state.dir=FOLDER"));
        }
        return new StateLock(lock);
    }

    /** Returns true if an agent holds the lock now, in this process or another one. */
    static boolean taken(Path stateFolder) throws IOException {
        try (StateFileLock lock = tryTake(stateFolder)) {
            return lock == null;
        }
    }

    /** Returns the lock; null if an agent holds it. Retries for a short time, because {@link #taken} holds it during its check. */
    private static @Nullable StateFileLock tryTake(Path stateFolder) throws IOException {
        StateFileLock lock = StateFileLock.tryTake(stateFolder, NAME);
        try {
            for (int i = 1; lock == null && i < MAX_ATTEMPTS; i++) {
                Thread.sleep(PAUSE);
                lock = StateFileLock.tryTake(stateFolder, NAME);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return lock;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
