package io.tcpprobe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files of a guest at boot: busybox, its first process, and the files that a test adds. */
final class GuestFiles {
    /** The modules for netlink's inet_diag and for disks, in the order in which they can be loaded. */
    static final List<String> AGENT_MODULES = List.of(
            "inet_diag",
            "tcp_diag",
            "virtio_ring",
            "virtio",
            "virtio_pci_legacy_dev",
            "virtio_pci_modern_dev",
            "virtio_pci",
            "virtio_blk");

    /** The sources of the guest's own programs. */
    private static final Path SOURCES = Path.of("src/test/guest");

    private static final List<String> FOLDERS = List.of("bin", "dev", "disk", "proc", "run", "sys", "tmp");

    private final GuestKernel kernel;
    private final Path root;

    /**
     * Begins with the files that every guest has.
     *
     * @param kernel the kernel to boot
     * @param folder where the files are created; previous content is deleted
     */
    GuestFiles(GuestKernel kernel, Path folder) {
        this.kernel = kernel;
        this.root = folder.toAbsolutePath().resolve("root");
        try {
            empty(root);
            for (String name : FOLDERS) {
                Files.createDirectories(root.resolve(name));
            }
            Files.createSymbolicLink(root.resolve("bin/sh"), Path.of("busybox"));
        } catch (IOException failed) {
            throw new UncheckedIOException("lay out the guest's files in " + root, failed);
        }
        add(kernel.busybox(), "bin/busybox");
        add(SOURCES.resolve("init"), "init");
        add(SOURCES.resolve("commands"), "commands");
    }

    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> old = Files.walk(folder)) {
                for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Adds a file. */
    GuestFiles add(Path file, String name) {
        try {
            Path to = root.resolve(name);
            Files.createDirectories(to.getParent());
            Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException("add " + file + " to the guest's files", failed);
        }
        return this;
    }

    /** Adds every file whose whole path matches a regular expression, at the same path relative to the root of the fetched files. */
    GuestFiles fetched(String pattern) {
        try (Stream<Path> files = Files.walk(kernel.root())) {
            for (Path file : files.filter(file -> file.toString().matches(".*" + pattern) && Files.isRegularFile(file))
                    .toList()) {
                add(file, kernel.root().relativize(file).toString());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("add files of " + kernel.root() + " to the guest's", failed);
        }
        return this;
    }

    /** Adds rows.c, and the BPF programs that it loads. */
    GuestFiles rows() {
        Tools.here()
                .run(
                        "sh",
                        SOURCES.resolve("rows.sh").toString(),
                        kernel.compiler(),
                        root.resolve("bin/rows").toString(),
                        kernel.root().toString())
                .expectSuccess();
        return add(Path.of("../kernel/src/main/resources/io/tcpprobe/kernel/bpf/tcpprobe.bpf.o"), "tcpprobe.bpf.o");
    }

    /** Adds a module of its kernel as {@code NAME.ko}, decompressed. */
    GuestFiles module(Path file) {
        String name = GuestKernel.nameOf(file) + ".ko";
        if (!file.toString().endsWith(".xz")) {
            return add(file, name);
        }
        Tools.here()
                .run("sh", "-c", "busybox xz -dc '" + file + "' >'" + root.resolve(name) + "'")
                .expectSuccess();
        return this;
    }

    /** Lets the guest continue as the Debian on its disk, see debian-disk.sh, whose service manager runs what the host sends. */
    GuestFiles debian() {
        return add(SOURCES.resolve("init-debian"), "init");
    }

    /** Adds one of the guest's own scripts. */
    GuestFiles script(String name) {
        return add(SOURCES.resolve(name), name);
    }

    /** Compiles one of the guest's own programs, statically, into its {@code bin}. */
    GuestFiles program(String name) {
        String to = root.resolve("bin/" + name).toString();
        String from = SOURCES.resolve(name + ".c").toString();
        Tools.here()
                .run(kernel.compiler(), "-O2", "-Wall", "-Wextra", "-Werror", "-static", from, "-o", to)
                .expectSuccess();
        return this;
    }

    /** Packs the files in the format that the kernel unpacks. */
    Path pack() {
        Path packed = root.resolveSibling("initrd");
        String command = "cd '" + root + "' && find . | busybox cpio -o -H newc >'" + packed + "'";
        Tools.here().run("sh", "-c", command).expectSuccess();
        return packed;
    }
}
