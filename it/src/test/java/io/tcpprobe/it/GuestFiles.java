package io.tcpprobe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files that a guest finds when it boots: busybox, its first process, and what a test adds. */
final class GuestFiles {
    /** Where the guest's own programs are. */
    private static final Path SOURCES = Path.of("src/test/guest");

    private static final List<String> FOLDERS = List.of("bin", "dev", "disk", "proc", "sys", "tmp");

    private final Path root;

    /**
     * Begins with what every guest has.
     *
     * @param folder where they are laid out; what was there goes
     */
    GuestFiles(Path folder) {
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
        add(Path.of("/bin/busybox"), "bin/busybox");
        add(SOURCES.resolve("init"), "init");
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
            Files.copy(file, root.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException failed) {
            throw new UncheckedIOException("add " + file + " to the guest's files", failed);
        }
        return this;
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
                .run("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-static", from, "-o", to)
                .expectSuccess();
        return this;
    }

    /** Packs them as the kernel unpacks them. */
    Path pack() {
        Path packed = root.resolveSibling("initrd");
        String command = "cd '" + root + "' && find . | busybox cpio -o -H newc >'" + packed + "'";
        Tools.here().run("sh", "-c", command).expectSuccess();
        return packed;
    }
}
