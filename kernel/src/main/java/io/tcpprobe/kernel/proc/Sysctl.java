package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a small file below /proc. */
public final class Sysctl {
    private static final int MAX_TEXT = 8192; // one read of readNBytes; lists of ports are long

    private Sysctl() {}

    /**
     * Returns its content, at most 8 kB, without surrounding white space. It uses a single read: the kernel returns the
     * whole value at the first one, and Files.readString starts with a single byte.
     *
     * @throws IOException if it cannot be read
     */
    public static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_TEXT), StandardCharsets.US_ASCII).strip();
        }
    }
}
