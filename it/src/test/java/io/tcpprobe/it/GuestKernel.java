package io.tcpprobe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A kernel of Debian to boot and to build a module against. {@code ./tcpprobe test} fetches it.
 *
 * @param series "6.1"
 */
record GuestKernel(String series) {
    private static final Path KERNELS = Path.of("target/kernels");

    /** Whether it is there, whole. */
    boolean present() {
        return Files.exists(folder().resolve("version"));
    }

    private Path folder() {
        return KERNELS.resolve(series).toAbsolutePath();
    }

    /** What to boot. */
    Path image() {
        return folder().resolve("vmlinuz");
    }

    /** What modules are built against. */
    Path headers() {
        return folder().resolve("headers");
    }

    /**
     * One of its own modules.
     *
     * @param name "virtio_net"
     * @return its file, or nothing if it is built in
     */
    Stream<Path> module(String name) {
        try (Stream<Path> files = Files.walk(folder().resolve("modules").toRealPath())) {
            return files.filter(file -> file.getFileName().toString().equals(name + ".ko")).toList().stream();
        } catch (IOException failed) {
            throw new UncheckedIOException("search for module " + name + " of kernel " + series, failed);
        }
    }
}
