package io.tcpprobe.kernel.module;

import io.tcpprobe.kernel.ffi.NonBlockingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The open file /proc/net/tcpprobe. With our module, read() returns the available bytes and never blocks. With the original
 * one, read() blocks until the buffer is nearly full, so the buffer is small. Used by one thread.
 */
final class RecordFile implements AutoCloseable {
    private static final int LARGE = 1 << 16;

    /** Four records of the original, or a little more. */
    private static final int SMALL = 512;

    private final Path path;
    private final NonBlockingFile file;
    private final Object identity;

    private RecordFile(Path path, NonBlockingFile file, Object identity) {
        this.path = path;
        this.file = file;
        this.identity = identity;
    }

    /**
     * Opens the file.
     *
     * @param blocking true if its read() blocks in spite of O_NONBLOCK
     */
    static RecordFile open(Path path, boolean blocking) throws IOException {
        NonBlockingFile file = NonBlockingFile.open(path, blocking ? SMALL : LARGE, !blocking);
        try {
            return new RecordFile(path, file, identity(path));
        } catch (IOException failed) {
            file.close();
            throw failed;
        }
    }

    private static Object identity(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino");
    }

    /** Waits until there is data to read; returns false after the timeout. */
    boolean await(int millis) throws IOException {
        return file.await(millis);
    }

    /** Reads; returns the number of bytes, 0 if there are none now, -1 at the end. */
    int read(byte[] bytes, int from, int length) throws IOException {
        return file.read(bytes, from, length);
    }

    /** Returns the maximum number of bytes that a read returns. */
    int bufferBytes() {
        return file.bufferBytes();
    }

    /**
     * Checks that the path still leads to the file that was opened.
     *
     * @throws IOException if it was removed or replaced
     */
    void check() throws IOException {
        if (!identity(path).equals(identity)) {
            throw new IOException("it was replaced by another file");
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
