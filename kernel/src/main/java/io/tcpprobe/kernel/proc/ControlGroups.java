package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups (version 2) of this host, and the containers that they belong to, see {@link ContainerName}. The id of a control group
 * is the inode number of its folder. Immutable.
 */
public final class ControlGroups {
    /** Maximum number of control groups; the others are not known. */
    static final int MAX = 20_000;

    /** No known control groups. */
    public static final ControlGroups NONE = new ControlGroups(Map.of());

    private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);
    private static final String HOST = "";
    private static final long ROOT_ID = 1;

    /** Links to the folder of a control group that has none below it: its name and its own dot. */
    private static final int LEAF_LINKS = 2;

    /** Field of a line of mountinfo, see proc_pid_mountinfo(5). */
    private static final int MOUNT_POINT = 4;

    /** The container of each control group, by the id of the group; {@link #HOST} for none. */
    private final Map<Long, String> containers;

    /** The names of the containers that have a control group now. */
    private final Set<String> names;

    private final boolean anyContainer;

    private ControlGroups(Map<Long, String> containers) {
        this(
                containers,
                containers.values().stream()
                        .filter(name -> !name.equals(HOST))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private ControlGroups(Map<Long, String> containers, Set<String> names) {
        this.containers = containers;
        this.names = names;
        anyContainer = containers.values().stream().anyMatch(name -> !name.equals(HOST));
    }

    /**
     * Reads the folders of all control groups, some ten microseconds each.
     *
     * @param proc where procfs is mounted
     * @return {@link #NONE} if the control groups of this host are not visible: without version 2, or inside a container, whose root is not
     *     that of the host
     * @throws IOException if the mounts cannot be read
     */
    public static ControlGroups read(Path proc) throws IOException {
        return mounts(Files.readAllLines(proc.resolve("self/mountinfo"))).stream()
                .filter(ControlGroups::isRoot)
                .findFirst()
                .map(root -> readBelow(root, MAX))
                .orElse(NONE);
    }

    /**
     * Returns where control groups of version 2 are mounted. The root of a mount is not compared: it is relative to the cgroup namespace, so in
     * that of a container the host's root is {@code /../..}.
     */
    static List<Path> mounts(List<String> mountinfo) {
        return mountinfo.stream()
                .filter(line -> line.contains(" - cgroup2 "))
                .map(line -> line.split(" ", -1))
                .filter(fields -> !fields[MOUNT_POINT].contains("\\"))
                .map(fields -> Path.of(fields[MOUNT_POINT]))
                .toList();
    }

    private static boolean isRoot(Path folder) {
        try {
            return id(folder) == ROOT_ID;
        } catch (IOException hidden) {
            LOG.trace("{}: {}", folder, hidden.getMessage());
            return false;
        }
    }

    /** Returns control groups with these ids and paths; the paths are relative to the root. */
    public static ControlGroups of(Map<Long, Path> paths) {
        Map<Long, String> containers = new HashMap<>();
        paths.forEach((id, path) -> containers.put(id, ContainerName.of(path).orElse(HOST)));
        return new ControlGroups(Map.copyOf(containers));
    }

    /** Reads a folder and those below it, up to a maximum, the upper ones first. */
    static ControlGroups readBelow(Path root, int max) {
        Map<Long, Path> paths = new HashMap<>();
        Deque<Path> waiting = new ArrayDeque<>(List.of(root));
        while (!waiting.isEmpty() && paths.size() < max) {
            Path folder = waiting.remove();
            try {
                paths.put(id(folder), root.relativize(folder));
                if (!isLeaf(folder)) {
                    addFolders(folder, waiting, max);
                }
            } catch (IOException | DirectoryIteratorException removed) {
                LOG.trace("{}: {}", folder, removed.getMessage());
            }
        }
        return of(paths);
    }

    private static void addFolders(Path folder, Deque<Path> to, int max) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (to.size() < max && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    to.add(entry);
                }
            }
        }
    }

    /** Returns the inode number of a file. */
    static long id(Path file) throws IOException {
        return ((Number) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS)).longValue();
    }

    /** Returns true if there is no folder in this one. The kernel counts them, so the files of most groups need not be listed. */
    private static boolean isLeaf(Path folder) throws IOException {
        return ((Number) Files.getAttribute(folder, "unix:nlink", LinkOption.NOFOLLOW_LINKS)).intValue() == LEAF_LINKS;
    }

    /** Returns true if no control group is known, so that those of this host are not visible. */
    public boolean isEmpty() {
        return containers.isEmpty();
    }

    /** Returns true if a control group is known. */
    public boolean knows(long id) {
        return containers.containsKey(id);
    }

    /** Returns the name of the container that a control group belongs to; empty if it is not known, or not part of a container. */
    public Optional<String> container(long id) {
        return Optional.ofNullable(containers.get(id)).filter(name -> !name.equals(HOST));
    }

    /**
     * Returns these control groups, and those that were known before: flows of a container or a service may end after its control group
     * was removed. The ids of control groups are not reused. If there are more than {@value #MAX} then, returns these only.
     */
    public ControlGroups withFormer(ControlGroups former) {
        Map<Long, String> all = new HashMap<>(former.containers);
        all.putAll(containers);
        return isEmpty() || all.size() > MAX ? this : new ControlGroups(Map.copyOf(all), names);
    }

    /** Returns the names of all containers that have a control group now. */
    public Set<String> containers() {
        return names;
    }

    /** Returns true if a container is known; it may have no control group any more. */
    public boolean anyContainer() {
        return anyContainer;
    }
}
