package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.flows.ProcessText;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.GroupKind;

/** Determines the groups of a flow, by name. */
final class GroupNames {
    /** The group of the flows without a group of their own. */
    static final String OTHER = "other";

    /** The group of the flows whose role, port, process, container, prefix or pod is not known. */
    static final String UNKNOWN = "unknown";

    /** The group of the flows that belong to no container. */
    static final String HOST = "host";

    /** The group of the flows whose containers belong to no pod. The name of a pod has a slash. */
    static final String NO_POD = "none";

    /** Is added to the name of a process that has the name of a group of other flows; too long to be part of a process's name. */
    private static final String OF_PROCESS = " (name of process)";

    /** Is added to the name of a container that has the name of a group of other flows. */
    private static final String OF_CONTAINER = " (name of container)";

    private final PeerPrefixes prefixes;
    private final Containers containers;

    GroupNames(PeerPrefixes prefixes, Containers containers) {
        this.prefixes = prefixes;
        this.containers = containers;
    }

    /** Returns the name of the group of a kind that a flow with this role belongs to. */
    String of(GroupKind kind, FlowValues flow, FlowRole role) {
        return switch (kind) {
            case ROLE -> role.label();
            case PORT -> port(flow, role);
            case PROCESS -> process(flow);
            case CONTAINER -> container(flow);
            case POD -> pod(flow);
            case PREFIX -> prefix(flow.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE));
        };
    }

    private static String port(FlowValues flow, FlowRole role) {
        return switch (role) {
            case CLIENT -> Long.toString(flow.number(FlowField.REMOTE_PORT));
            case SERVER -> Long.toString(flow.number(FlowField.LOCAL_PORT));
            case UNKNOWN -> UNKNOWN;
        };
    }

    /** Returns the name of the process that has the flow's socket open; it is never {@link #OTHER}, and {@link #UNKNOWN} only if unknown. */
    private static String process(FlowValues flow) {
        String command = flow.text(FlowField.COMMAND);
        if (command.isEmpty()) {
            return UNKNOWN;
        }
        String name = ProcessText.name(command);
        return name.equals(OTHER) || name.equals(UNKNOWN) ? name + OF_PROCESS : name;
    }

    /** Returns the name of the flow's container; it is never {@link #OTHER}. */
    private String container(FlowValues flow) {
        if (!containers.knows(flow)) { // before it is read: it may become known meanwhile
            return UNKNOWN;
        }
        return containers.container(flow).map(GroupNames::containerGroup).orElse(HOST);
    }

    /** Returns the name of the flow's pod; it is never {@link #OTHER}. */
    private String pod(FlowValues flow) {
        if (!containers.knowsPod(flow)) { // before it is read: it may become known meanwhile
            return UNKNOWN;
        }
        return containers.pod(flow).orElse(containers.container(flow).isEmpty() ? HOST : NO_POD);
    }

    private static String containerGroup(String name) {
        return name.equals(OTHER) || name.equals(UNKNOWN) || name.equals(HOST) ? name + OF_CONTAINER : name;
    }

    private String prefix(byte[] address) {
        return address.length == 0 ? UNKNOWN : prefixes.of(address);
    }

    Containers containers() {
        return containers;
    }
}
