package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The effective capabilities of this process (capabilities(7)). */
public final class Capabilities {
    /** {@code CAP_NET_ADMIN} of linux/capability.h. */
    public static final int NET_ADMIN = 12;

    /** {@code CAP_SYS_ADMIN}: a process needs it to enter a network namespace. */
    public static final int SYS_ADMIN = 21;

    private static final Path STATUS = Path.of("/proc/self/status");

    private Capabilities() {}

    /**
     * Returns the capabilities that the process, or a program that it executes, can have at most: bit n is the capability with number n.
     *
     * @throws IOException if /proc cannot be read
     */
    public static long bounding() throws IOException {
        return read("CapBnd:");
    }

    /**
     * Returns all effective capabilities: bit n is the capability with number n.
     *
     * @throws IOException if /proc cannot be read
     */
    public static long effective() throws IOException {
        return read("CapEff:");
    }

    private static long read(String key) throws IOException {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseUnsignedLong(
                            line.substring(line.indexOf(':') + 1).strip(), 16))
                    .findFirst()
                    .orElse(0);
        }
    }

    /**
     * Returns true if the process has this capability.
     *
     * @throws IOException if /proc cannot be read
     */
    public static boolean has(int number) throws IOException {
        return (effective() >>> number & 1) != 0;
    }
}
