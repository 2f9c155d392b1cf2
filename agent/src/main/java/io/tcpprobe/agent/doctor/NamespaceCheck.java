package io.tcpprobe.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The namespaces of this process: a container shows part of the host only. */
record NamespaceCheck(HostFiles host) implements Check {
    private static final String NAME = "namespaces";

    /** The inodes of the first namespaces, constants of linux/proc_ns.h. */
    private static final String HOST_PIDS = "pid:[4026531836]";

    private static final String HOST_USERS = "user:[4026531837]";

    @Override
    public List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        Optional<String> pids = host.link("proc/self/ns/pid");
        if (pids.isPresent() && !pids.get().equals(HOST_PIDS)) {
            found.add(Finding.warning(
                    NAME,
                    "this is a container: only processes and network namespaces of its own are visible",
                    "to see the host, run the agent there, or in a container with --network host --pid host"));
        }
        if (host.link("proc/self/ns/user")
                .filter(users -> !users.equals(HOST_USERS))
                .isPresent()) {
            found.add(Finding.warning(
                    NAME,
                    "this is a user namespace, whose capabilities have no effect for BPF",
                    "the source bpf needs a process outside of it"));
        }
        Optional<String> own = host.link("proc/self/ns/net");
        Optional<String> first = host.link("proc/1/ns/net");
        Optional<String> name = own.flatMap(this::nameOf);
        if (name.isPresent() || own.isPresent() && first.isPresent() && !own.equals(first)) {
            found.add(Finding.warning(
                    NAME,
                    "the network namespace is not that of process 1: counters, listeners and the agent's ports are those of "
                            + own.get() + name.map(known -> " (" + known + ")").orElse(""),
                    "run the agent in the network namespace of the host to see its counters"));
        }
        if (found.isEmpty()) {
            found.add(Finding.ok(NAME, "those of the host's processes" + network(own, first) + container()));
        }
        return found;
    }

    private static String network(Optional<String> own, Optional<String> first) {
        return own.isPresent() && own.equals(first)
                ? " and network"
                : "; the network may be another: the namespace of process 1 cannot be read";
    }

    /** Returns the name that ip-netns(8) has given to a network namespace such as "net:[4026532282]"; the first one has none. */
    private Optional<String> nameOf(String namespace) {
        try (Stream<Path> names = Files.list(host.file("run/netns"))) {
            return names.filter(file -> namespace.equals("net:[" + inode(file) + "]"))
                    .map(file -> file.getFileName().toString())
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty(); // there are no names
        }
    }

    private static Object inode(Path file) {
        try {
            return Files.getAttribute(file, "unix:ino");
        } catch (IOException removed) {
            return removed;
        }
    }

    private String container() {
        return host.has(".dockerenv") || host.has("run/.containerenv") ? ", in a container" : "";
    }
}
