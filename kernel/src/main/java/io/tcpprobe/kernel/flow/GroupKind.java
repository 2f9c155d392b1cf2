package io.tcpprobe.kernel.flow;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What flows are grouped by. Numbers are the first index of the table of groups; they are never changed or reused.
 */
public enum GroupKind {
    ROLE(
            1,
            "role",
            "client if this host opened the connection, server if it accepted it; unknown if the opening was not"
                    + " observed and the listeners of the flow's network namespace cannot be read."),
    PORT(
            2,
            "port",
            "The server's port: the remote port of a client, the local port of a server; unknown if the role is."),
    PROCESS(
            3,
            "process",
            "The name of the process that has the socket open. A flow without a known owner is in the group unknown,"
                    + " and moves to the process's group once it is known."),
    CONTAINER(
            4,
            "container",
            "The container in which the socket was created: the first 12 digits of its id, or its name with LXC and"
                    + " systemd-nspawn; host if the socket was created outside of containers. A flow whose container is"
                    + " not known is in the group unknown, and moves to the container's group once it is known."),
    PREFIX(
            5,
            "prefix",
            "The peer's address, shortened to groups.ipv4prefix or groups.ipv6prefix bits: 192.0.2.0/24,"
                    + " 2001:db8::/48."),
    POD(
            6,
            "pod",
            "The Kubernetes pod of the container, NAMESPACE/NAME; none if the container belongs to no pod, host if the"
                    + " socket was created outside of containers. A flow whose pod is not known is in the group unknown,"
                    + " and moves to the pod's group once it is known. Without kubelet.url there are no groups of this"
                    + " kind.");

    private static final List<GroupKind> ALL = List.of(values());

    private final int number;
    private final String label;
    private final String doc;

    GroupKind(int number, String label, String doc) {
        this.number = number;
        this.label = label;
        this.doc = doc;
    }

    /** Returns its number. */
    public int number() {
        return number;
    }

    /** Returns its name in every projection. */
    public String label() {
        return label;
    }

    /** Returns its description: what the groups of this kind are named after. */
    public String doc() {
        return doc;
    }

    /** Returns all kinds, in the order of their numbers. */
    public static List<GroupKind> all() {
        return ALL;
    }

    /** Returns the kind of this name. */
    public static Optional<GroupKind> find(String label) {
        return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
    }
}
