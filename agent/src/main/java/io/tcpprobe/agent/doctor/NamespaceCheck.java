package io.tcpprobe.agent.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        if (own.isPresent() && first.isPresent() && !own.equals(first)) {
            found.add(Finding.warning(
                    NAME,
                    "the network namespace is not that of process 1: counters, listeners and the agent's ports are those of "
                            + own.get(),
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
                : "; whether the network is the host's can be seen by root only";
    }

    private String container() {
        return host.has(".dockerenv") || host.has("run/.containerenv") ? ", in a container" : "";
    }
}
