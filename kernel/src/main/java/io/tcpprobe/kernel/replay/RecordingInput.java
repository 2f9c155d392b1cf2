package io.tcpprobe.kernel.replay;

import io.tcpprobe.kernel.ffi.NonBlockingFile;
import io.tcpprobe.kernel.records.RecordReader;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The bytes of a recording: a file, which may be compressed by gzip, or a pipe. Reading from a pipe does not wait: it returns
 * no bytes while there is no data, and ends when the writer has closed it.
 */
interface RecordingInput extends RecordReader.Input, AutoCloseable {
    int BUFFER_BYTES = 1 << 16;

    @Override
    void close() throws IOException;

    /** Returns true if the bytes arrive while another process writes them. */
    boolean live();

    /**
     * Opens a recording.
     *
     * @throws IOException if it cannot be opened; the message names the file
     */
    static RecordingInput open(Path file) throws IOException {
        return Files.isRegularFile(file) ? ofFile(file) : ofPipe(file);
    }

    private static RecordingInput ofFile(Path file) throws IOException {
        InputStream plain = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            return ofStream(file, compressed(plain) ? new GZIPInputStream(plain, BUFFER_BYTES) : plain);
        } catch (IOException failed) {
            plain.close();
            throw failed;
        }
    }

    /** Returns true if a stream begins with the magic bytes of gzip (RFC 1952). */
    private static boolean compressed(InputStream stream) throws IOException {
        stream.mark(2);
        boolean gzip = stream.read() == 0x1f && stream.read() == 0x8b;
        stream.reset();
        return gzip;
    }

    private static RecordingInput ofStream(Path file, InputStream stream) {
        return new RecordingInput() {
            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                try {
                    return stream.read(bytes, from, length);
                } catch (EOFException | ZipException damaged) {
                    throw new IOException(
                            "read " + file + ": the gzip data is truncated or damaged (" + damaged.getMessage()
                                    + "); the data before that was played",
                            damaged);
                }
            }

            @Override
            public boolean live() {
                return false;
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    private static RecordingInput ofPipe(Path pipe) throws IOException {
        NonBlockingFile open = NonBlockingFile.open(pipe, BUFFER_BYTES, true);
        return new RecordingInput() {
            private boolean begun;

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                int came = open.read(bytes, from, length);
                begun |= came > 0;
                return came < 0 && !begun ? 0 : came;
            }

            @Override
            public boolean live() {
                return true;
            }

            @Override
            public void close() throws IOException {
                open.close();
            }
        };
    }
}
