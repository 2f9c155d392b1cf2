package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.Unit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The texts of a flow: endpoints and process for consoles that cannot print an InetAddress, and the names of container and pod. They are
 * composed from fields of {@link FlowField} when a client reads them. Ids are SNMP columns and are never changed or reused.
 */
public enum FlowText implements FlowValue {
    LOCAL(
            1101,
            "local",
            "Local address and port: '192.0.2.1:443', '[2001:db8::1]:443', with a zone '[fe80::1%2]:443'.",
            FlowField.LOCAL_ADDRESS,
            FlowField.LOCAL_PORT),
    REMOTE(1102, "remote", "Remote address and port.", FlowField.REMOTE_ADDRESS, FlowField.REMOTE_PORT),
    PROCESS(
            1103,
            "process",
            "Process that has the socket open: its id and its name, '4711/nginx'; control characters of the name are replaced by '?'."
                    + " Absent if no process is known.",
            FlowField.PID),
    CONTAINER(
            1104,
            "container",
            "Container in which the socket was created: the first 12 digits of its id, or its name with LXC and systemd-nspawn; control"
                    + " characters are replaced by '?'. Absent if the socket was created outside of containers, or if that is not known.",
            FlowField.CGROUP),
    POD(
            1105,
            "pod",
            "Kubernetes pod of the container, 'NAMESPACE/NAME', with kubelet.url. Absent if it has none, or if it is not known.",
            FlowField.CGROUP);

    private final int id;
    private final String label;
    private final String doc;

    @SuppressWarnings("ImmutableEnumChecker") // immutable, made by List.of
    private final List<FlowField> needs;

    FlowText(int id, String label, String doc, FlowField... needs) {
        this.id = id;
        this.label = label;
        this.doc = doc;
        this.needs = List.of(needs);
    }

    /** Returns the text with this name. */
    public static Optional<FlowText> find(String label) {
        return Arrays.stream(values()).filter(text -> text.label.equals(label)).findFirst();
    }

    /** Returns all texts, in the order of their ids. */
    public static List<FlowText> all() {
        return List.of(values());
    }

    /** Returns its id, above all ids of {@link VerdictField}: the SNMP column. */
    public int id() {
        return id;
    }

    /** Returns its name in every projection. */
    @Override
    public String label() {
        return label;
    }

    /** Returns the fields that a flow must have to have the text. */
    public List<FlowField> needs() {
        return needs;
    }

    /** Returns its description. */
    @Override
    public String doc() {
        return doc;
    }

    /** Returns {@link Unit#NONE}: a text has no unit. */
    @Override
    public Unit unit() {
        return Unit.NONE;
    }

    @Override
    public boolean numeric() {
        return false;
    }

    @Override
    public boolean rankable() {
        return false;
    }
}
