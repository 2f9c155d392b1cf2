package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The network namespaces that can be reached: those of processes, and those with a name. */
final class NamespaceSweeper {
    private static final Logger LOG = LoggerFactory.getLogger(NamespaceSweeper.class);
    private static final Path PROCESSES = Path.of("/proc");
    private static final Path NAMED = Path.of("/run/netns");
    private static final Path OWN = Path.of("/proc/self/ns/net");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private NamespaceSweeper() {}

    /**
     * The others than this process's own.
     *
     * @return by identity, the path of one way in: a name, which stays, where there is one, else that of the process with the least id
     */
    static Map<Object, Path> others() throws IOException {
        Map<Object, Path> found = new LinkedHashMap<>();
        if (Files.isDirectory(NAMED)) {
            try (DirectoryStream<Path> names = Files.newDirectoryStream(NAMED)) {
                names.forEach(name -> add(found, name));
            }
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            processes.forEach(process -> add(found, process.resolve("ns/net")));
        }
        found.remove(key(OWN));
        return found;
    }

    private static void add(Map<Object, Path> found, Path path) {
        try {
            found.putIfAbsent(key(path), path);
        } catch (IOException failed) {
            LOG.trace("{}: {}", path, failed.getMessage()); // the process has ended, or is not ours to look at
        }
    }

    /** Device and inode: the namespace's identity. */
    private static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path : key;
    }

    /** Something that is done inside a namespace. */
    @FunctionalInterface
    interface Inside {
        void run() throws IOException;
    }

    /** Does something in a thread that has entered the namespace, and waits for it. */
    static void enter(Path namespace, Inside inside) throws IOException {
        List<IOException> failures = new ArrayList<>();
        visit(Map.of(namespace, namespace), false, inside, (_, failed) -> failures.add(failed));
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    /**
     * Does something in each of these namespaces, one after the other, in a thread of its own, and waits for it. A namespace is held
     * open only meanwhile: else it, its interfaces and its sockets would live as long as this process does.
     *
     * @param namespaces as {@link #others} has found them
     * @param failed gets the identity of a namespace that could not be entered, or in which it failed
     */
    static void visit(Map<Object, Path> namespaces, Inside inside, BiConsumer<Object, IOException> failed)
            throws IOException {
        visit(namespaces, true, inside, failed);
    }

    private static void visit(
            Map<?, Path> namespaces, boolean verify, Inside inside, BiConsumer<Object, IOException> failed)
            throws IOException {
        if (namespaces.isEmpty()) {
            return;
        }
        Thread thread = Thread.ofPlatform()
                .name("tcpprobe-netns")
                .start(() -> namespaces.forEach((key, path) -> {
                    try {
                        enterThisThread(path, verify ? key : null);
                        inside.run();
                    } catch (IOException | RuntimeException failure) {
                        failed.accept(key, failure instanceof IOException io ? io : new IOException(failure));
                    }
                }));
        joinWhole(thread);
    }

    /** Waits for a thread that uses what the caller may free afterwards, whoever interrupts the caller meanwhile. */
    private static void joinWhole(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Process ids are used again: what is opened may be another namespace than was found. */
    private static void enterThisThread(Path path, @Nullable Object key) throws IOException {
        int fd = Libc.openToRead(path.toString());
        try {
            if (key != null && !key.equals(key(DESCRIPTORS.resolve(Integer.toString(fd))))) {
                throw new IOException(path + " leads to another network namespace now");
            }
            Libc.enterNetworkNamespace(fd);
        } finally {
            Libc.close(fd);
        }
    }
}
