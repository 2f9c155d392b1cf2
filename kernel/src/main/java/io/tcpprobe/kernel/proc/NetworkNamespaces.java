package io.tcpprobe.kernel.proc;

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

/** Finds and enters the reachable network namespaces: those of processes, and those with a name. */
public final class NetworkNamespaces {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkNamespaces.class);
    private static final Path PROCESSES = Path.of("/proc");
    private static final Path NAMED = Path.of("/run/netns");
    private static final Path OWN = Path.of("/proc/self/ns/net");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private NetworkNamespaces() {}

    /**
     * Returns the network namespaces other than that of this process.
     *
     * @return by identity, a path of the namespace: its name, which is permanent, if there is one, else that of the process
     *     with the lowest id
     */
    public static Map<Object, Path> others() throws IOException {
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
            LOG.trace("{}: {}", path, failed.getMessage()); // the process has ended, or we may not inspect it
        }
    }

    /** Returns the identity of a namespace: device and inode. */
    private static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path : key;
    }

    /** An action that runs inside a namespace. */
    @FunctionalInterface
    public interface Inside {
        /** Runs it. */
        void run() throws IOException;
    }

    /** An action that runs inside each of several namespaces. */
    @FunctionalInterface
    public interface Visit {
        /**
         * Runs it.
         *
         * @param namespace the identity of the namespace
         */
        void in(Object namespace) throws IOException;
    }

    /**
     * Returns the number of the network namespace of this process, as in the field networkNamespace.
     *
     * @throws IOException if it cannot be read
     */
    public static int own() throws IOException {
        return number(OWN);
    }

    /**
     * Returns the number of a namespace: its inode, as in the field networkNamespace.
     *
     * @throws IOException if it cannot be read
     */
    public static int number(Path namespace) throws IOException {
        return ((Number) Files.getAttribute(namespace, "unix:ino")).intValue();
    }

    /** Runs an action in a thread that has entered the namespace, and waits for it. */
    public static void enter(Path namespace, Inside inside) throws IOException {
        enter(namespace, namespace, false, inside);
    }

    /**
     * Runs an action in a thread that has entered a namespace, and waits for it.
     *
     * @param namespace its identity, as returned by {@link #others}
     * @param path a path that may still lead to it
     * @throws IOException if it does not, if the namespace cannot be entered, or if the action fails
     */
    public static void enter(Object namespace, Path path, Inside inside) throws IOException {
        enter(namespace, path, true, inside);
    }

    private static void enter(Object namespace, Path path, boolean verify, Inside inside) throws IOException {
        List<IOException> failures = new ArrayList<>();
        visit(Map.of(namespace, path), verify, _ -> inside.run(), (_, failed) -> failures.add(failed));
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    /**
     * Runs an action in each of these namespaces in turn, in a separate thread, and waits for it. A namespace is held open only
     * during that time: otherwise it, its interfaces and its sockets would exist as long as this process.
     *
     * @param namespaces as returned by {@link #others}
     * @param failed receives the identity of a namespace that could not be entered, or in which the action failed
     */
    public static void visit(Map<Object, Path> namespaces, Visit inside, BiConsumer<Object, IOException> failed) {
        visit(namespaces, true, inside, failed);
    }

    private static void visit(
            Map<?, Path> namespaces, boolean verify, Visit inside, BiConsumer<Object, IOException> failed) {
        if (namespaces.isEmpty()) {
            return;
        }
        Thread thread = Thread.ofPlatform()
                .name("tcpprobe-netns")
                .start(() -> namespaces.forEach((key, path) -> {
                    try {
                        enterThisThread(path, verify ? key : null);
                        inside.in(key);
                    } catch (IOException | RuntimeException | Error failure) {
                        failed.accept(key, failure instanceof IOException io ? io : new IOException(failure));
                    }
                }));
        joinWhole(thread);
    }

    /** Waits for a thread even if the caller is interrupted: the caller may free afterwards what the thread uses. */
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

    /**
     * Enters the namespace of a path if it still has this identity: process ids are reused, so the path may lead to another
     * namespace.
     */
    private static void enterThisThread(Path path, @Nullable Object key) throws IOException {
        int fd = Libc.openToRead(path.toString());
        try {
            if (key != null && !key.equals(key(DESCRIPTORS.resolve(Integer.toString(fd))))) {
                throw new IOException(path + " now refers to another network namespace");
            }
            Libc.enterNetworkNamespace(fd);
        } finally {
            Libc.close(fd);
        }
    }
}
