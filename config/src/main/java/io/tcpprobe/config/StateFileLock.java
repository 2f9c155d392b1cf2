package io.tcpprobe.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive lock on a file of the state folder. It is a kernel lock (fcntl(2), F_SETLK), which is released when the process
 * ends for any reason.
 *
 * <p>The kernel's lock belongs to the process: closing <em>any</em> descriptor of the file releases it. So a holder in this
 * process is recorded before the file is opened, and the file is not opened while there is one. The record is a static field: an
 * agent is loaded once in a JVM.
 */
public final class StateFileLock implements AutoCloseable {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final FileChannel channel;
    private final Path file;
    private final AtomicBoolean closed = new AtomicBoolean();

    private StateFileLock(FileChannel channel, Path file) {
        this.channel = channel;
        this.file = file;
    }

    /**
     * Takes the lock without waiting; creates the file if it is missing.
     *
     * @return the lock, or null if another process or another holder in this JVM has it
     * @throws IOException if the file cannot be opened or locked
     */
    public static @Nullable StateFileLock tryTake(Path folder, String name) throws IOException {
        Path file = folder.toRealPath().resolve(name);
        if (!HELD.add(file)) {
            return null;
        }
        StateFileLock taken = null;
        try {
            taken = open(file);
        } finally {
            if (taken == null) {
                HELD.remove(file);
            }
        }
        return taken;
    }

    private static @Nullable StateFileLock open(Path file) throws IOException {
        FileChannel channel = StateFiles.openLock(file);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return null; // held by other code of this JVM
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked ? new StateFileLock(channel, file) : null;
    }

    /** Releases the lock. A second call has no effect, since another holder may have the lock by then. */
    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
