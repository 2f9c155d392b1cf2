package io.tcpprobe.kernel.bpf;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Finds this process's descriptor of a socket: Java's sockets do not tell. */
final class SocketFile {
    private SocketFile() {}

    /** The path under /proc of the descriptor whose socket has this inode. */
    static Path of(long inode) throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (leadsTo(descriptor, "socket:[" + inode + "]")) {
                    return descriptor;
                }
            }
        }
        throw new IOException("no descriptor has the socket " + inode);
    }

    private static boolean leadsTo(Path descriptor, String target) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(target);
        } catch (NoSuchFileException closed) {
            return false;
        }
    }
}
