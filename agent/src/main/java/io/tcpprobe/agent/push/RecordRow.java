package io.tcpprobe.agent.push;

import io.tcpprobe.agent.groups.FlowRole;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.VerdictTable;

/**
 * What a record is read from.
 *
 * @param flows the rows, one of which is the flow's
 * @param index the index of the flow's row
 * @param verdicts the verdicts of these rows
 * @param identity the identity of the flow
 * @param part which record of the flow it is
 */
record RecordRow(FlowColumns flows, int index, VerdictTable verdicts, Identity identity, Part part) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /**
     * Identity of a flow that its row lacks.
     *
     * @param host this host
     * @param communityId the Community ID
     * @param role the role of this host
     * @param container the name of the container; empty if there is none, or if it is not known
     * @param pod the pod of the container, "namespace/name"; empty if there is none, or if it is not known
     */
    record Identity(PushOrigin host, String communityId, FlowRole role, String container, String pod) {}

    /**
     * Which record of a flow it is.
     *
     * @param number its number, from 1
     * @param last true if the flow has ended
     * @param nanos the time of the values in the clock of the rows, in nanoseconds
     * @param wallMinusRowNanos added to a time of the rows, yields nanoseconds since 1970
     */
    record Part(long number, boolean last, long nanos, long wallMinusRowNanos) {
        long wallMillis(long rowNanos) {
            return Math.floorDiv(rowNanos + wallMinusRowNanos, NANOS_PER_MILLI);
        }
    }

    boolean has(FlowField field) {
        return flows.has(field, index);
    }

    long number(FlowField field) {
        return flows.number(field, index);
    }

    String text(FlowField field) {
        return flows.text(field, index);
    }

    /** Returns an address as text: "192.0.2.1", "2001:db8::1". */
    String address(FlowField address, FlowField type) {
        return AddressText.of(flows.address(address, type, index));
    }

    /** Returns how long the flow has existed at the time of the record, in milliseconds; at least 0. */
    long durationMillis() {
        return Math.max(0, part.nanos - number(FlowField.FIRST_SEEN)) / NANOS_PER_MILLI;
    }
}
