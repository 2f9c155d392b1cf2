package io.tcpprobe.kernel.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A file, pipe or device, open for reading; a read returns what is there and does not wait. Used by one thread at a time. */
public final class NonBlockingFile implements AutoCloseable {
    private final int fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer;

    private NonBlockingFile(int fd, int bufferBytes) {
        this.fd = fd;
        this.buffer = arena.allocate(bufferBytes);
    }

    /**
     * Opens a file. A pipe by name opens at once, whether or not somebody writes to it.
     *
     * @param bufferBytes how many bytes a read returns at most
     * @param nonBlocking false for a file whose reads must wait as they please
     * @throws IOException if it cannot be opened
     */
    public static NonBlockingFile open(Path path, int bufferBytes, boolean nonBlocking) throws IOException {
        return new NonBlockingFile(Libc.openToRead(path.toString(), nonBlocking), bufferBytes);
    }

    /** How many bytes a read returns at most. */
    public int bufferBytes() {
        return (int) buffer.byteSize();
    }

    /** Waits until there is something to read; false when the time is over. */
    public boolean await(int millis) throws IOException {
        return Libc.awaitReadable(fd, millis);
    }

    /**
     * Reads what is there.
     *
     * @return how many bytes; 0 if there are none now, -1 at the end or while nobody has a pipe open for writing
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
