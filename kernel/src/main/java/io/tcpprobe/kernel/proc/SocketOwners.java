package io.tcpprobe.kernel.proc;

import io.tcpprobe.kernel.SocketColumns;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which process has which socket open, by the sockets' inodes. Of several processes that share a socket the one with the lowest
 * id counts: the parent, as a rule. Immutable.
 */
public final class SocketOwners {
    /** No process is known. */
    public static final SocketOwners NONE = new SocketOwners(new long[0]);

    private static final Logger LOG = LoggerFactory.getLogger(SocketOwners.class);
    private static final String PREFIX = "socket:[";

    /** Inode in the upper half, process id in the lower; ascending. */
    private final long[] owners;

    private SocketOwners(long[] owners) {
        this.owners = owners;
    }

    /**
     * Looks at every descriptor of every process: a few microseconds each. Those of other users' processes show with
     * CAP_SYS_PTRACE only.
     *
     * @param proc where procfs is mounted
     * @throws IOException if the processes cannot be listed
     */
    public static SocketOwners read(Path proc) throws IOException {
        Builder found = new Builder();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                readProcess(process, found);
            }
        }
        return found.build();
    }

    private static void readProcess(Path process, Builder found) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            int id = Integer.parseInt(process.getFileName().toString());
            for (Path descriptor : descriptors) {
                readDescriptor(descriptor, id, found);
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException hidden) {
            LOG.trace("{}: {}", process, hidden.getMessage()); // it has ended, or is not ours to look at
        }
    }

    private static void readDescriptor(Path descriptor, int process, Builder found) {
        String target;
        try {
            target = Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            LOG.trace("{}: {}", descriptor, closed.getMessage());
            return;
        }
        if (target.startsWith(PREFIX) && target.endsWith("]")) {
            try {
                found.add(Integer.parseUnsignedInt(target, PREFIX.length(), target.length() - 1, 10), process);
            } catch (NumberFormatException noInode) {
                LOG.trace("{} -> {}: {}", descriptor, target, noInode.getMessage());
            }
        }
    }

    /** The process that has a socket open, or 0 if none is known. */
    public int process(int inode) {
        if (inode == 0) {
            return 0;
        }
        long least = Integer.toUnsignedLong(inode) << Integer.SIZE;
        int at = -Arrays.binarySearch(owners, ordered(least)) - 1;
        return at >= 0 && at < owners.length && (int) (owners[at] >>> Integer.SIZE ^ Integer.MIN_VALUE) == inode
                ? (int) owners[at]
                : 0;
    }

    /** Whether a process is known of every socket that one has open. */
    public boolean knowAll(SocketColumns sockets) {
        for (int row = 0; row < sockets.size(); row++) {
            if (sockets.inode(row) != 0 && process(sockets.inode(row)) == 0) {
                return false;
            }
        }
        return true;
    }

    /** With the highest bit turned, longs sort as unsigned. */
    private static long ordered(long unsigned) {
        return unsigned ^ Long.MIN_VALUE;
    }

    /** Takes sockets and processes, in any order. */
    public static final class Builder {
        private long[] owners = new long[256];
        private int size;

        /** Nothing is known yet. */
        public Builder() {}

        /** A process has a socket open. */
        public void add(int inode, int process) {
            if (size == owners.length) {
                owners = Arrays.copyOf(owners, size * 2);
            }
            owners[size++] = ordered(Integer.toUnsignedLong(inode) << Integer.SIZE | process);
        }

        /** The owners that were added. */
        public SocketOwners build() {
            long[] sorted = Arrays.copyOf(owners, size);
            Arrays.sort(sorted);
            return new SocketOwners(sorted);
        }
    }
}
