package io.tcpprobe.kernel.module;

import io.tcpprobe.kernel.ffi.NonBlockingFile;
import java.io.IOException;
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
    private final NonBlockingFile file;
    private final Object identity;

    private RecordFile(Path path, NonBlockingFile file, Object identity) {
        this.path = path;
        this.file = file;
        this.identity = identity;
    }

    /**
     * Opens it.
     *
     * @param blocking whether its read() blocks whatever it is told
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

    /** Waits until there is something to read; false when the time is over. */
    boolean await(int millis) throws IOException {
        return file.await(millis);
    }

    /** Reads; gives how many bytes came, 0 if there are none now, -1 at the end. */
    int read(byte[] bytes, int from, int length) throws IOException {
        return file.read(bytes, from, length);
    }

    /** How many bytes a read gives at most. */
    int greatest() {
        return file.bufferBytes();
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
        file.close();
    }
}
