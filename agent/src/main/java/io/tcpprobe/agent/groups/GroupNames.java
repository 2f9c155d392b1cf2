package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.flows.ProcessText;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.GroupKind;

/** Determines the groups of a flow, by name. */
final class GroupNames {
    /** The group of the flows without a group of their own. */
    static final String OTHER = "other";

    /** The group of the flows whose role, port, process or prefix is not known. */
    static final String UNKNOWN = "unknown";

    /** Is added to the name of a process that has the name of a group of other flows; too long to be part of a process's name. */
    private static final String OF_PROCESS = " (name of process)";

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private final int ipv4Bits;
    private final int ipv6Bits;

    /** Reads the lengths of the prefixes from the settings, once. */
    GroupNames(SettingStore settings) {
        ipv4Bits = settings.get(Settings.GROUPS_IPV4PREFIX).intValue();
        ipv6Bits = settings.get(Settings.GROUPS_IPV6PREFIX).intValue();
    }

    /** Returns the name of the group of a kind that a flow with this role belongs to. */
    String of(GroupKind kind, FlowValues flow, FlowRole role) {
        return switch (kind) {
            case ROLE -> role.label();
            case PORT -> port(flow, role);
            case PROCESS -> process(flow);
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
    static String process(FlowValues flow) {
        String command = flow.text(FlowField.COMMAND);
        if (command.isEmpty()) {
            return UNKNOWN;
        }
        String name = ProcessText.name(command);
        return name.equals(OTHER) || name.equals(UNKNOWN) ? name + OF_PROCESS : name;
    }

    private String prefix(byte[] address) {
        return switch (address.length) {
            case 0 -> UNKNOWN;
            case IPV4_BYTES -> prefix(address, IPV4_BYTES, ipv4Bits);
            default -> prefix(address, IPV6_BYTES, ipv6Bits);
        };
    }

    /** Returns the first bits of an address; the zone of a link-local address is left out. */
    private static String prefix(byte[] address, int bytes, int bits) {
        byte[] masked = new byte[bytes];
        System.arraycopy(address, 0, masked, 0, bits / Byte.SIZE);
        if (bits % Byte.SIZE != 0) {
            masked[bits / Byte.SIZE] = (byte) (address[bits / Byte.SIZE] & -1 << Byte.SIZE - bits % Byte.SIZE);
        }
        return AddressText.of(masked) + "/" + bits;
    }
}
