package io.tcpprobe.kernel.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * A file, pipe or device, open for reading; a read returns the available bytes and does not wait. Used by one thread at a time.
 */
public final class NonBlockingFile implements AutoCloseable {
    private final int fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer;

    private NonBlockingFile(int fd, int bufferBytes) {
        this.fd = fd;
        this.buffer = arena.allocate(bufferBytes);
    }

    /**
     * Opens a file. A named pipe opens at once, even if it has no writer.
     *
     * @param bufferBytes maximum number of bytes that a read returns
     * @param nonBlocking false for a file whose reads may block
     * @throws IOException if it cannot be opened
     */
    public static NonBlockingFile open(Path path, int bufferBytes, boolean nonBlocking) throws IOException {
        return new NonBlockingFile(Libc.openToRead(path.toString(), nonBlocking), bufferBytes);
    }

    /** Returns the maximum number of bytes that a read returns. */
    public int bufferBytes() {
        return (int) buffer.byteSize();
    }

    /** Waits until there is data to read; returns false after the timeout. */
    public boolean await(int millis) throws IOException {
        return Libc.awaitReadable(fd, millis);
    }

    /**
     * Reads the available bytes.
     *
     * @return the number of bytes; 0 if there are none now, -1 at the end or while no process has the pipe open for writing
     */
    public int read(byte[] bytes, int from, int length) throws IOException {
        MemorySegment part = buffer.asSlice(0, Math.min(length, buffer.byteSize()));
        try {
            int came = (int) Libc.read(fd, part);
            MemorySegment.copy(part, ValueLayout.JAVA_BYTE, 0, bytes, from, came);
            return came == 0 ? -1 : came;
        } catch (ErrnoException failed) {
            if (failed.errno() == ErrnoException.EAGAIN) {
                return 0;
            }
            throw failed;
        }
    }

    @Override
    public void close() throws IOException {
        arena.close();
        Libc.close(fd);
    }
}
