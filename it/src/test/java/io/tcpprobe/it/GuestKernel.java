package io.tcpprobe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Debian kernel to boot and to build a module against. {@code ./tcpprobe test} fetches it.
 *
 * @param series "6.1", "newest" or "6.1-arm64"
 */
record GuestKernel(String series) {
    private static final Path KERNELS = Path.of("target/kernels");

    /** Returns true if it has been fetched completely. */
    boolean present() {
        return Files.exists(folder().resolve("version"));
    }

    /** Returns its full version: "6.1.0-56-cloud-amd64". */
    String version() {
        try {
            return Files.readString(folder().resolve("version")).split(" ", 2)[0];
        } catch (IOException failed) {
            throw new UncheckedIOException("read the version of kernel " + series, failed);
        }
    }

    private Path folder() {
        return KERNELS.resolve(series).toAbsolutePath();
    }

    /** Returns true if it is for arm64; then the programs that a guest needs were fetched with it. */
    boolean arm() {
        return series.endsWith("-arm64");
    }

    /** Returns the emulator's command line, up to the kernel: with one serial port for everything on arm64, otherwise with two. */
    List<String> machine(Path messages) {
        return arm()
                ? List.of("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57", "-serial", "stdio")
                : List.of("qemu-system-x86_64", "-M", "q35", "-serial", "file:" + messages, "-serial", "stdio");
    }

    /** Returns the assignment of these ports. */
    String ports() {
        return arm() ? "commands=ttyAMA0 loglevel=2" : "console=ttyS0";
    }

    /** Returns the compiler for it. */
    String compiler() {
        return arm() ? "aarch64-linux-gnu-gcc" : "gcc";
    }

    /** Returns busybox for it, linked statically. */
    Path busybox() {
        return arm() ? root().resolve("bin/busybox") : Path.of("/bin/busybox");
    }

    /** Returns the folder in which the files fetched with it are unpacked. */
    Path root() {
        return folder().resolve("root");
    }

    /** Returns the image to boot. */
    Path image() {
        return folder().resolve("vmlinuz");
    }

    /** Returns the headers that modules are built against. */
    Path headers() {
        return folder().resolve("headers");
    }

    /**
     * Returns one of its own modules.
     *
     * @param name "virtio_net"
     * @return its file; empty if it is built in
     */
    Stream<Path> module(String name) {
        return modules().stream().filter(file -> nameOf(file).equals(name));
    }

    /** Returns the name of a module by its file, which may be compressed: "tcp_bbr" for tcp_bbr.ko.xz. */
    static String nameOf(Path file) {
        return file.getFileName().toString().replaceFirst("\\.ko(\\.xz)?$", "");
    }

    /** Returns the files of all its modules. */
    List<Path> modules() {
        try (Stream<Path> files = Files.walk(folder().resolve("modules").toRealPath())) {
            return files.filter(file -> file.toString().matches(".*\\.ko(\\.xz)?"))
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException("search for the modules of kernel " + series, failed);
        }
    }
}
