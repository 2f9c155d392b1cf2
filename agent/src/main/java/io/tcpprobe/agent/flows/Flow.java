package io.tcpprobe.agent.flows;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;

/**
 * One flow of a snapshot.
 *
 * @param snapshot the snapshot
 * @param index the flow's index in it
 */
public record Flow(FlowSnapshot snapshot, int index) {
    /** Returns the flow's id. */
    public long id() {
        return columns().flowId(index);
    }

    /** Returns true if the flow has a field. */
    public boolean has(FlowField field) {
        return columns().has(field, index);
    }

    /** Returns the number of a field; undefined if the field is absent. */
    public long number(FlowField field) {
        return columns().number(field, index);
    }

    /** Returns the text of a field; empty if absent. */
    public String text(FlowField field) {
        return columns().text(field, index);
    }

    /** Returns true if the flow has a computed value. */
    public boolean has(VerdictField field) {
        return verdicts().has(field, index);
    }

    /** Returns a computed number; undefined if absent. */
    public long number(VerdictField field) {
        return verdicts().number(field, index);
    }

    /** Returns a computed value as text; empty if absent. */
    public String text(VerdictField field) {
        return verdicts().text(field, index);
    }

    /** Returns true if the flow has a text. */
    public boolean has(FlowText text) {
        for (FlowField field : text.needs()) {
            if (!has(field)) {
                return false;
            }
        }
        return switch (text) {
            case LOCAL, REMOTE, PROCESS -> true;
            case CONTAINER, POD -> !text(text).isEmpty();
        };
    }

    /** Returns a text; undefined if it is absent. */
    public String text(FlowText text) {
        return switch (text) {
            case LOCAL -> local();
            case REMOTE -> remote();
            case PROCESS -> ProcessText.of(number(FlowField.PID), text(FlowField.COMMAND));
            case CONTAINER -> snapshot.containers().container(number(FlowField.CGROUP));
            case POD -> snapshot.containers().pod(number(FlowField.CGROUP));
        };
    }

    private VerdictTable verdicts() {
        return snapshot.verdicts().get();
    }

    /** Returns the local endpoint: "10.0.0.1:80", "[::1]:80". */
    public String local() {
        return AddressText.of(address(FlowField.LOCAL_ADDRESS), number(FlowField.LOCAL_PORT));
    }

    /** Returns the remote endpoint. */
    public String remote() {
        return AddressText.of(address(FlowField.REMOTE_ADDRESS), number(FlowField.REMOTE_PORT));
    }

    /** Returns both endpoints. */
    public SocketEndpoints endpoints() {
        return SocketEndpoints.of(
                address(FlowField.LOCAL_ADDRESS),
                (int) number(FlowField.LOCAL_PORT),
                address(FlowField.REMOTE_ADDRESS),
                (int) number(FlowField.REMOTE_PORT));
    }

    /** Returns an address in the format of RFC 4001. */
    public byte[] address(FlowField address) {
        FlowField type =
                address == FlowField.LOCAL_ADDRESS ? FlowField.LOCAL_ADDRESS_TYPE : FlowField.REMOTE_ADDRESS_TYPE;
        return columns().address(address, type, index);
    }

    private FlowColumns columns() {
        return snapshot.flows();
    }
}
