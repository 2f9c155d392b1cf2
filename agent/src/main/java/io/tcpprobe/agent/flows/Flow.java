package io.tcpprobe.agent.flows;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;

/**
 * One flow of a snapshot.
 *
 * @param snapshot the snapshot
 * @param index the flow's place in it
 */
public record Flow(FlowSnapshot snapshot, int index) {
    /** Its id. */
    public long id() {
        return columns().flowId(index);
    }

    /** Whether it has a field. */
    public boolean has(FlowField field) {
        return columns().has(field, index);
    }

    /** A field's number; what an absent field gives means nothing. */
    public long number(FlowField field) {
        return columns().number(field, index);
    }

    /** A field's text; empty if absent. */
    public String text(FlowField field) {
        return columns().text(field, index);
    }

    /** The local end: "10.0.0.1:80", "[::1]:80". */
    public String local() {
        return AddressText.of(address(FlowField.LOCAL_ADDRESS), number(FlowField.LOCAL_PORT));
    }

    /** The remote end. */
    public String remote() {
        return AddressText.of(address(FlowField.REMOTE_ADDRESS), number(FlowField.REMOTE_PORT));
    }

    /** An address as RFC 4001 has it. */
    public byte[] address(FlowField address) {
        FlowField type =
                address == FlowField.LOCAL_ADDRESS ? FlowField.LOCAL_ADDRESS_TYPE : FlowField.REMOTE_ADDRESS_TYPE;
        return columns().address(address, type, index);
    }

    private FlowColumns columns() {
        return snapshot.flows();
    }
}
