package io.tcpprobe.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A disk for a guest with everything that the agent needs: the JDK that runs the tests in {@code /java}, the built agent in {@code /agent},
 * the C library at the same path as here.
 */
final class JavaDisk {
    /** Parts of a JDK that only compilers and developers need. */
    private static final Set<String> LEFT_OUT = Set.of(
            "jmods",
            "legal",
            "man",
            "include",
            "src.zip",
            "ct.sym",
            "classes_coh.jsa",
            "classes_nocoops.jsa",
            "classes_nocoops_coh.jsa");

    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x[0-9a-f]+\\)");

    private static final Pattern LIBBPF = Pattern.compile("libbpf\\.so\\.1 .*=> (/\\S+)");

    private final Path root;

    /**
     * Begins a disk.
     *
     * @param folder where its files are created
     */
    JavaDisk(Path folder) {
        this.root = folder.toAbsolutePath();
    }

    /** Adds the JDK, its shared libraries, and the agent. */
    JavaDisk addAgent() {
        copy(JAVA_HOME, root.resolve("java"));
        for (String linked : List.of("bin/java", "lib/server/libjvm.so", "lib/libnet.so", "lib/libsyslookup.so")) {
            libraries(JAVA_HOME.resolve(linked)).forEach(library -> copy(library, at(library)));
        }
        copy(Distribution.built().folder(), root.resolve("agent"));
        return this;
    }

    /** Adds libbpf and its shared libraries, for the source bpf. */
    JavaDisk addLibbpf() {
        Matcher found = LIBBPF.matcher(Tools.here().run("ldconfig", "-p").expectSuccess());
        if (!found.find()) {
            throw new AssertionError("there is no libbpf.so.1: './tcpprobe test' installs libbpf1");
        }
        Path libbpf = Path.of(found.group(1));
        return addLinked(libbpf, at(libbpf));
    }

    /** Adds a program of this host to {@code /tools}, and its shared libraries. */
    JavaDisk addProgram(String name) {
        String found = Tools.here()
                .run("sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; command -v " + name)
                .expectSuccess();
        return addLinked(Path.of(found.strip()), root.resolve("tools").resolve(name));
    }

    private JavaDisk addLinked(Path file, Path to) {
        copy(file, to);
        libraries(file).forEach(library -> copy(library, at(library)));
        return this;
    }

    private Path at(Path file) {
        return root.resolve(Path.of("/").relativize(file));
    }

    /** Copies a file, or a folder without the files that are left out. */
    private static void copy(Path from, Path to) {
        try {
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return wanted(folder) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (wanted(file)) {
                        Path copy = to.resolve(from.relativize(file).toString());
                        Files.createDirectories(copy.toAbsolutePath().getParent());
                        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failed) {
            throw new UncheckedIOException("copy " + from + " to the guest's disk", failed);
        }
    }

    private static boolean wanted(Path file) {
        return !LEFT_OUT.contains(file.getFileName().toString());
    }

    /** Adds an empty folder. */
    JavaDisk folder(String name) {
        try {
            Files.createDirectories(root.resolve(name));
        } catch (IOException failed) {
            throw new UncheckedIOException("make " + name + " on the guest's disk", failed);
        }
        return this;
    }

    private static Set<Path> libraries(Path linked) {
        String printed = Tools.here().run("ldd", linked.toString()).expectSuccess();
        return LIBRARY.matcher(printed)
                .results()
                .map(match -> Path.of(match.group(1)))
                .filter(library -> !library.startsWith(JAVA_HOME))
                .collect(Collectors.toSet());
    }

    /** Creates the disk, an ext4 file system in a file. */
    Path make() {
        Path disk = root.resolveSibling(root.getFileName() + ".ext4");
        try {
            Files.deleteIfExists(disk);
        } catch (IOException failed) {
            throw new UncheckedIOException("remove the old disk " + disk, failed);
        }
        Tools.here()
                .run("mke2fs", "-q", "-t", "ext4", "-d", root.toString(), disk.toString(), "400M")
                .expectSuccess();
        return disk;
    }
}
