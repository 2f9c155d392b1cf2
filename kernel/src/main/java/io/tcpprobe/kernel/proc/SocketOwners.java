package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which process has which socket open, by the sockets' inodes. Of several processes that share a socket the one with the lowest
 * id counts: the parent, as a rule. The owners never change; the names of their processes are read when somebody asks first.
 */
public final class SocketOwners {
    /** No process is known. */
    public static final SocketOwners NONE = new SocketOwners(new long[0], Path.of("/proc"));

    private static final Logger LOG = LoggerFactory.getLogger(SocketOwners.class);
    private static final String PREFIX = "socket:[";

    /** Inode in the upper half, process id in the lower; ascending. */
    private final long[] owners;

    private final Path proc;
    private final Map<Integer, String> commands = new ConcurrentHashMap<>();

    private SocketOwners(long[] owners, Path proc) {
        this.owners = owners;
        this.proc = proc;
    }

    /**
     * Looks at every descriptor of every process: a few microseconds each. Those of other users' processes show with
     * CAP_SYS_PTRACE only.
     *
     * @param proc where procfs is mounted
     * @throws IOException if the processes cannot be listed
     */
    public static SocketOwners read(Path proc) throws IOException {
        Builder found = new Builder(proc);
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

    /** The name of a process, at most 15 bytes; empty if it has ended, or is not ours to look at. */
    public String command(int process) {
        return process == 0 ? "" : commands.computeIfAbsent(process, this::readCommand);
    }

    private String readCommand(int process) {
        Path file = proc.resolve(Integer.toString(process)).resolve("comm");
        try {
            return Sysctl.text(file);
        } catch (IOException ended) {
            LOG.trace("{}: {}", file, ended.getMessage());
            return "";
        }
    }

    /** With the highest bit turned, longs sort as unsigned. */
    private static long ordered(long unsigned) {
        return unsigned ^ Long.MIN_VALUE;
    }

    /** Takes sockets and processes, in any order. */
    public static final class Builder {
        private long[] owners = new long[256];
        private int size;
        private final Path proc;

        /** Nothing is known yet; of processes below /proc. */
        public Builder() {
            this(Path.of("/proc"));
        }

        /** The same, where procfs is mounted elsewhere. */
        Builder(Path proc) {
            this.proc = proc;
        }

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
            return new SocketOwners(sorted, proc);
        }
    }
}
