package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Recognizes containers by the names that their managers give to control groups. */
public final class ContainerName {
    /** Characters of an id that docker, podman, crictl and others print. */
    public static final int ID_LENGTH = 12;

    /** Characters of a name; a control group's has up to 255 bytes. */
    private static final int MAX_LENGTH = 64;

    /** "docker-ID.scope", "cri-containerd-ID.scope", "crio-ID.scope", "libpod-ID.scope"; without systemd "ID" in a folder of the manager. */
    private static final Pattern ID = Pattern.compile("(?<manager>[a-z-]+-)?(?<id>[0-9a-f]{64})(\\.scope)?");

    /** The monitor of a container of podman or CRI-O, which runs outside of it. */
    private static final String MONITOR = "conmon-";

    /** "lxc.payload.NAME" of LXC and Incus, "systemd-nspawn@NAME.service". */
    private static final Pattern NAMED =
            Pattern.compile("lxc\\.payload\\.(?<lxc>.+)|systemd-nspawn@(?<nspawn>.+)\\.service");

    /** How systemd writes a hyphen in the name of a unit. */
    private static final String ESCAPED_HYPHEN = "\\x2d";

    /** The creator of a control group chooses its name, which is shown in terminals and consoles. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

    /** What precedes the control group of version 2 in /proc/PID/cgroup. */
    private static final String VERSION_2 = "0::";

    private static final Logger LOG = LoggerFactory.getLogger(ContainerName.class);

    private ContainerName() {}

    /**
     * Returns the container that a process runs in, by its control group of version 2; empty if it runs in none, or is not visible.
     *
     * @param process the process's folder below /proc
     */
    public static Optional<String> ofProcess(Path process) {
        try (Stream<String> groups = Files.lines(process.resolve("cgroup"))) {
            return groups.filter(line -> line.startsWith(VERSION_2))
                    .findFirst()
                    .flatMap(line -> of(Path.of(line.substring(VERSION_2.length()))));
        } catch (IOException | UncheckedIOException | InvalidPathException ended) {
            LOG.trace("{}: {}", process, ended.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Returns the container that a control group belongs to: the first 12 digits of its id, or its name. If containers run in a container, it
     * is the outermost: what is below is named by the processes inside.
     *
     * @param path the control group, relative to the root
     */
    static Optional<String> of(Path path) {
        for (Path part : path) {
            Optional<String> name = of(part.toString());
            if (name.isPresent()) {
                return name;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> of(String part) {
        Matcher byId = ID.matcher(part);
        if (byId.matches()) {
            String manager = byId.group("manager");
            return manager != null && manager.endsWith(MONITOR)
                    ? Optional.empty()
                    : Optional.of(byId.group("id").substring(0, ID_LENGTH));
        }
        Matcher byName = NAMED.matcher(part);
        if (!byName.matches()) {
            return Optional.empty();
        }
        String name = byName.group("lxc") != null
                ? byName.group("lxc")
                : byName.group("nspawn").replace(ESCAPED_HYPHEN, "-");
        return Optional.of(CONTROL.matcher(name.substring(0, Math.min(MAX_LENGTH, name.length())))
                .replaceAll("?"));
    }
}
