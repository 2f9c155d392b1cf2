package io.tcpprobe.kernel.module;

import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * /proc/net/tcpprobe, open. Ours gives what is there and never blocks. The original's read() blocks until the buffer is nearly
 * full: it gets a small one. Used by one thread.
 */
final class RecordFile implements AutoCloseable {
    private static final int LARGE = 1 << 16;

    /** Four records of the original, or a little more. */
    private static final int SMALL = 512;

    private final Path path;
    private final int fd;
    private final Object identity;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer;

    private RecordFile(Path path, int fd, Object identity, int bytes) {
        this.path = path;
        this.fd = fd;
        this.identity = identity;
        this.buffer = arena.allocate(bytes);
    }

    /**
     * Opens it.
     *
     * @param blocking whether its read() blocks whatever it is told
     */
    static RecordFile open(Path path, boolean blocking) throws IOException {
        int fd = Libc.openToRead(path.toString(), !blocking);
        return new RecordFile(path, fd, identity(path), blocking ? SMALL : LARGE);
    }

    private static Object identity(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino");
    }

    /** Waits until there is something to read; false when the time is over. */
    boolean await(int millis) throws IOException {
        return Libc.awaitReadable(fd, millis);
    }

    /** Reads; gives how many bytes came, 0 if there are none now. */
    int read(byte[] bytes, int from, int length) throws IOException {
        MemorySegment part = buffer.asSlice(0, Math.min(length, buffer.byteSize()));
        try {
            int came = (int) Libc.read(fd, part);
            MemorySegment.copy(part, ValueLayout.JAVA_BYTE, 0, bytes, from, came);
            return came;
        } catch (ErrnoException failed) {
            if (failed.errno() == ErrnoException.EAGAIN) {
                return 0;
            }
            throw failed;
        }
    }

    /** How many bytes a read gives at most. */
    int greatest() {
        return (int) buffer.byteSize();
    }

    /**
     * Does nothing while the file is the one that was opened.
     *
     * @throws IOException if it has gone, or another one stands in its place
     */
    void check() throws IOException {
        if (!identity(path).equals(identity)) {
            throw new IOException("another one has taken its place");
        }
    }

    @Override
    public void close() throws IOException {
        arena.close();
        Libc.close(fd);
    }
}
