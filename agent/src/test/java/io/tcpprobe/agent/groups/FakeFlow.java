package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/** A flow that a test makes up: of a client, to 192.0.2.7:443, established. Its fields can be set while it lives. */
final class FakeFlow {
    private final MemorySegment row = Arena.ofAuto().allocate(FlowLayout.SIZE, Long.BYTES);
    private final int id;

    FakeFlow(int id) {
        this.id = id;
        row.set(ValueLayout.JAVA_INT, FlowLayout.FLOW_ID, id);
        with(FlowField.STATE, TcpState.ESTABLISHED.mib());
        with(FlowField.LOCAL_PORT, 40_000);
        with(FlowField.REMOTE_PORT, 443);
        peer("192.0.2.7");
    }

    long id() {
        return Integer.toUnsignedLong(id);
    }

    FakeFlow with(FlowField field, long value) {
        FlowLayout.put(row, 0, field, value);
        FlowLayout.present(row, 0, field, true);
        return this;
    }

    FakeFlow plus(FlowField field, long more) {
        return with(field, (FlowLayout.has(row, 0, field) ? FlowLayout.number(row, 0, field) : 0) + more);
    }

    long get(FlowField field) {
        return FlowLayout.number(row, 0, field);
    }

    FakeFlow peer(String address) {
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        with(FlowField.REMOTE_ADDRESS_TYPE, bytes.length == 4 ? 1 : 2);
        bytes(FlowField.REMOTE_ADDRESS, bytes);
        return this;
    }

    FakeFlow process(String command) {
        bytes(FlowField.COMMAND, command.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    private void bytes(FlowField field, byte[] bytes) {
        MemorySegment.copy(bytes, 0, row, ValueLayout.JAVA_BYTE, FlowLayout.offset(field), bytes.length);
        FlowLayout.present(row, 0, field, true);
    }

    /** Its last row. */
    FlowRow ended(EndReason reason) {
        with(FlowField.STATE, TcpState.CLOSED.mib());
        with(FlowField.END_REASON, reason.number());
        return new FlowRow(new FlowRows(row, 1));
    }

    /** A snapshot with these flows, begun at a time; the source tells causes. */
    static FlowSnapshot snapshot(long takenNanos, Collection<FakeFlow> flows) {
        return snapshot(takenNanos, flows, Map.of(FlowStatistic.CONNECTS_REFUSED, 0L));
    }

    static FlowSnapshot snapshot(long takenNanos, Collection<FakeFlow> flows, Map<FlowStatistic, Long> statistics) {
        return new FlowSnapshot(FlowColumns.copyOf(rows(flows)), takenNanos, takenNanos, 0, statistics, Map.of(), 0);
    }

    /** The rows of these flows. */
    static FlowRows rows(Collection<FakeFlow> flows) {
        MemorySegment rows = Arena.ofAuto().allocate((long) Math.max(flows.size(), 1) * FlowLayout.SIZE, Long.BYTES);
        int at = 0;
        for (FakeFlow flow : flows) {
            MemorySegment.copy(flow.row, 0, rows, at++ * (long) FlowLayout.SIZE, FlowLayout.SIZE);
        }
        return new FlowRows(rows, flows.size());
    }
}
