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
 * Which process has which socket open, by the sockets' inodes. If several processes share a socket, its owner is the one with
 * the lowest id, normally the parent. The owners never change; the names of their processes are read at the first request.
 */
public final class SocketOwners {
    /** No known owners. */
    public static final SocketOwners NONE = new SocketOwners(new long[0], 0, Path.of("/proc"));

    private static final Logger LOG = LoggerFactory.getLogger(SocketOwners.class);
    private static final String PREFIX = "socket:[";

    /** 2^32 divided by the golden ratio: spreads consecutive inodes, and multiples of a number. */
    private static final int SPREAD = 0x9e3779b1;

    /** A hash table with open addressing, at most three quarters full; 0 = a free slot. */
    private final int[] inodes;

    /** The process that has the inode of the same slot open. */
    private final int[] processes;

    private final Path proc;
    private final Map<Integer, String> commands = new ConcurrentHashMap<>();

    /** Creates owners from numbers with an inode in the upper half and a process id in the lower. */
    private SocketOwners(long[] owners, int count, Path proc) {
        this.proc = proc;
        int room = Math.max(2, Integer.highestOneBit(count + count / 3) << 1);
        inodes = new int[room];
        processes = new int[room];
        for (int i = 0; i < count; i++) {
            put((int) (owners[i] >>> Integer.SIZE), (int) owners[i]);
        }
    }

    private void put(int inode, int process) {
        if (inode == 0) {
            return;
        }
        int index = indexOf(inode);
        if (inodes[index] == 0 || process < processes[index]) {
            inodes[index] = inode;
            processes[index] = process;
        }
    }

    /** Returns the slot of an inode, or the free slot for it. */
    private int indexOf(int inode) {
        int index = home(inode);
        while (inodes[index] != inode && inodes[index] != 0) {
            index = index + 1 & inodes.length - 1;
        }
        return index;
    }

    private int home(int inode) {
        return inode * SPREAD >>> Integer.SIZE - Integer.numberOfTrailingZeros(inodes.length);
    }

    /** Returns the number of slots probed for an inode; for tests. */
    int probes(int inode) {
        return (indexOf(inode) - home(inode) & inodes.length - 1) + 1;
    }

    /**
     * Reads every descriptor of every process: a few microseconds each. Those of other users' processes are visible with
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
            LOG.trace("{}: {}", process, hidden.getMessage()); // it has ended, or we may not inspect it
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

    /** Returns the process that has a socket open, or 0 if unknown. */
    public int process(int inode) {
        return inode == 0 ? 0 : processes[indexOf(inode)];
    }

    /** Returns the name of a process, at most 15 bytes; empty if it has ended, or may not be inspected. */
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

    /** Builds owners from sockets and processes in any order. */
    public static final class Builder {
        private long[] owners = new long[256];
        private int size;
        private final Path proc;

        /** Creates a builder for processes below /proc. */
        public Builder() {
            this(Path.of("/proc"));
        }

        /** Creates a builder for another mount point of procfs. */
        Builder(Path proc) {
            this.proc = proc;
        }

        /** Adds a process that has a socket open. */
        public void add(int inode, int process) {
            if (size == owners.length) {
                owners = Arrays.copyOf(owners, size * 2);
            }
            owners[size++] = Integer.toUnsignedLong(inode) << Integer.SIZE | process;
        }

        /** Returns the owners that were added. */
        public SocketOwners build() {
            return new SocketOwners(owners, size, proc);
        }
    }
}
