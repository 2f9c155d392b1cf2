package io.tcpprobe.agent.events;

import io.tcpprobe.agent.groups.PeerPrefixes;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;

/** The subjects that a flow belongs to. */
final class SubjectNames {
    private static final int MAX_COMMAND = 32;

    private SubjectNames() {}

    /** Returns the prefix of the peer; "?" if the flow has no address. */
    static EventSubject peerPrefix(PeerPrefixes prefixes, FlowColumns flows, int index) {
        byte[] address = flows.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, index);
        return new EventSubject(EventRule.Subject.PEER_PREFIX, address.length == 0 ? "?" : prefixes.of(address));
    }

    /** Returns the local port, of a flow that a peer has opened. */
    static EventSubject listener(FlowColumns flows, int index) {
        return new EventSubject(EventRule.Subject.LISTENER, ":" + flows.number(FlowField.LOCAL_PORT, index));
    }

    /** Returns true if a peer has opened the flow. */
    static boolean isPassive(FlowColumns flows, int index) {
        return flows.has(FlowField.ACTIVE_OPEN, index) && flows.number(FlowField.ACTIVE_OPEN, index) == 0;
    }

    /** Returns the process of a flow that has one. */
    static EventSubject process(FlowColumns flows, int index) {
        String command = flows.text(FlowField.COMMAND, index);
        return new EventSubject(
                EventRule.Subject.PROCESS,
                ascii(command.substring(0, Math.min(command.length(), MAX_COMMAND))) + " ("
                        + flows.number(FlowField.PID, index) + ")");
    }

    private static String ascii(String command) {
        return command.replaceAll("[^ -~]", "?");
    }

    /** Returns a flow, by its endpoints. */
    static EventSubject flow(FlowColumns flows, int index) {
        return new EventSubject(EventRule.Subject.FLOW, endpoints(flows, index));
    }

    /** Returns the endpoints of a flow: "10.0.0.1:80 - 10.0.0.2:4711". */
    static String endpoints(FlowColumns flows, int index) {
        return AddressText.of(
                        flows.address(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE, index),
                        flows.number(FlowField.LOCAL_PORT, index))
                + " - "
                + AddressText.of(
                        flows.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, index),
                        flows.number(FlowField.REMOTE_PORT, index));
    }
}
