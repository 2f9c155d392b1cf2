package io.tcpprobe.agent.ipfix;

import io.tcpprobe.agent.groups.FlowRole;
import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.RecordField;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What a flow has done from one record to the next.
 *
 * @param flow the record at the end of the interval
 * @param local the local address
 * @param peer the address of the peer, as long as the local one: 4 or 16 bytes
 * @param startMillis its start, in milliseconds since 1970, not after its end
 * @param growth by how much the counters have grown, by {@link FlowCounter#place}
 */
@SuppressWarnings("ArrayRecordComponent") // neither compared nor kept
record FlowInterval(FlowRecord flow, byte[] local, byte[] peer, long startMillis, long[] growth) {
    private static final int IPV6 = 16;

    /**
     * Creates an interval.
     *
     * @throws IllegalArgumentException if the record has no addresses
     */
    static FlowInterval of(FlowRecord flow, long startMillis, long[] growth) {
        byte[] local = address(flow.text(RecordField.LOCAL_ADDRESS));
        byte[] peer = address(flow.text(RecordField.PEER_ADDRESS));
        boolean same = local.length == peer.length;
        return new FlowInterval(
                flow,
                same ? local : ipv6(local),
                same ? peer : ipv6(peer),
                Math.min(startMillis, flow.number(RecordField.TIME)),
                growth);
    }

    private static byte[] address(String text) {
        return InetAddress.ofLiteral(text).getAddress();
    }

    /** Returns an IPv4 address as an IPv4-mapped one. */
    private static byte[] ipv6(byte[] address) {
        return address.length == IPV6
                ? address
                : ByteBuffer.allocate(IPV6)
                        .putShort(IPV6 - address.length - Short.BYTES, (short) -1)
                        .put(IPV6 - address.length, address)
                        .array();
    }

    boolean isIpv6() {
        return local.length == IPV6;
    }

    long growth(FlowCounter counter) {
        return growth[counter.place()];
    }

    /** Returns true if the flow has ended. */
    boolean isLast() {
        return flow.number(RecordField.FINAL_RECORD) != 0;
    }

    /** Returns true if no segment was counted in a direction. */
    boolean isIdle(FlowDirection direction) {
        return growth(direction.segments()) == 0 && growth(direction.bytes()) == 0;
    }

    /** Returns the role of this host. */
    FlowRole role() {
        String role = flow.text(RecordField.ROLE);
        for (FlowRole one : FlowRole.values()) {
            if (one.label().equals(role)) {
                return one;
            }
        }
        return FlowRole.UNKNOWN;
    }
}
