package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The network namespaces that can be reached: those of processes, and those with a name. */
final class NetworkNamespaces {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkNamespaces.class);
    private static final Path PROCESSES = Path.of("/proc");
    private static final Path NAMED = Path.of("/run/netns");

    private NetworkNamespaces() {}

    /** Paths of the others than this process's own, one for each namespace. */
    static Map<Object, Path> others() throws IOException {
        Map<Object, Path> found = new LinkedHashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            processes.forEach(process -> add(found, process.resolve("ns/net")));
        }
        if (Files.isDirectory(NAMED)) {
            try (DirectoryStream<Path> names = Files.newDirectoryStream(NAMED)) {
                names.forEach(name -> add(found, name));
            }
        }
        found.remove(key(Path.of("/proc/self/ns/net")));
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
        Object key = Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class)
                .fileKey();
        return key == null ? path : key;
    }

    /** Something that is done inside a namespace. */
    @FunctionalInterface
    interface Inside {
        void run() throws IOException;
    }

    /** Does something in a thread that has entered the namespace, and waits for it. */
    static void enter(Path namespace, Inside inside) throws IOException {
        IOException[] failure = new IOException[1];
        Thread thread = Thread.ofPlatform().name("tcpprobe-netns").start(() -> {
            try {
                int fd = Libc.openToRead(namespace.toString());
                try {
                    Libc.enterNetworkNamespace(fd);
                } finally {
                    Libc.close(fd);
                }
                inside.run();
            } catch (IOException failed) {
                failure[0] = failed;
            }
        });
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("sweep " + namespace + ": interrupted", interrupted);
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }
}
