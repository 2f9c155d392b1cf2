package io.tcpprobe.agent.namespaces;

import io.tcpprobe.kernel.proc.ContainerName;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a network namespace belongs to.
 *
 * @param kind how the name was found
 * @param name its name; empty if it has none
 */
record Origin(Kind kind, Optional<String> name) {
    private static final Path PROCESSES = Path.of("/proc");
    private static final Path NAMED = Path.of("/run/netns");

    /** How a name was found. */
    enum Kind {
        /** By its file in /run/netns. */
        NAMED,
        /** By the control group of a process that is in it. */
        CONTAINER,
        /** There is no name. */
        NONE
    }

    /**
     * Returns the origin of a namespace.
     *
     * @param path /run/netns/NAME or /proc/PID/ns/net
     */
    static Origin of(Path path) {
        if (path.startsWith(NAMED)) {
            return new Origin(Kind.NAMED, Optional.of(path.getFileName().toString()));
        }
        Optional<String> container = ContainerName.ofProcess(PROCESSES.resolve(process(path)));
        return new Origin(container.isPresent() ? Kind.CONTAINER : Kind.NONE, container);
    }

    private static String process(Path path) {
        return path.getName(1).toString();
    }

    /** Returns a text about a namespace of this origin, without its inode. */
    String description(Path path) {
        return switch (kind) {
            case NAMED -> "network namespace " + name.orElseThrow();
            case CONTAINER -> "container " + name.orElseThrow() + ", network namespace of process " + process(path);
            case NONE -> "network namespace of process " + process(path);
        };
    }
}
