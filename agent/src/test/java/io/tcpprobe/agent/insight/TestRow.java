package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** A row that a test makes up. Immutable. */
public record TestRow(long flowId, String control, Map<FlowField, Long> numbers, Map<FlowField, byte[]> addresses) {
    /** A flow without fields. */
    public static TestRow flow(long id) {
        return new TestRow(id, "cubic", Map.of(), Map.of());
    }

    /** Sets a field. */
    public TestRow with(FlowField field, long number) {
        Map<FlowField, Long> more = new EnumMap<>(FlowField.class);
        more.putAll(numbers);
        more.put(field, number);
        return new TestRow(flowId, control, more, addresses);
    }

    /** Adds to a field. */
    public TestRow plus(FlowField field, long number) {
        return with(field, numbers.getOrDefault(field, 0L) + number);
    }

    /** Removes a field. */
    public TestRow without(FlowField field) {
        Map<FlowField, Long> less = new EnumMap<>(FlowField.class);
        less.putAll(numbers);
        less.remove(field);
        return new TestRow(flowId, control, less, addresses);
    }

    /** Sets the local and the remote address, of IPv4. */
    public TestRow between(String local, String remote) {
        Map<FlowField, byte[]> both = Map.of(
                FlowField.LOCAL_ADDRESS, InetAddress.ofLiteral(local).getAddress(),
                FlowField.REMOTE_ADDRESS, InetAddress.ofLiteral(remote).getAddress());
        TestRow typed = with(FlowField.LOCAL_ADDRESS_TYPE, AddressType.IPV4.number())
                .with(FlowField.REMOTE_ADDRESS_TYPE, AddressType.IPV4.number());
        return new TestRow(flowId, control, typed.numbers, both);
    }

    /** Sets the congestion control algorithm. */
    public TestRow control(String name) {
        return new TestRow(flowId, name, numbers, addresses);
    }

    /** Returns the rows as a snapshot. */
    public static FlowColumns columns(TestRow... rows) {
        return FlowColumns.copyOf(rows(rows));
    }

    /** Returns the rows as a source has them. */
    public static FlowRows rows(TestRow... rows) {
        MemorySegment memory = Arena.ofAuto().allocate((long) rows.length * FlowLayout.SIZE, 8);
        for (int i = 0; i < rows.length; i++) {
            rows[i].write(memory, (long) i * FlowLayout.SIZE);
        }
        return new FlowRows(memory, rows.length);
    }

    private void write(MemorySegment memory, long at) {
        memory.set(ValueLayout.JAVA_INT, at + FlowLayout.FLOW_ID, (int) flowId);
        numbers.forEach((field, number) -> {
            FlowLayout.put(memory, at, field, number);
            FlowLayout.present(memory, at, field, true);
        });
        addresses.forEach((field, address) -> {
            MemorySegment.copy(
                    address, 0, memory, ValueLayout.JAVA_BYTE, at + FlowLayout.offset(field), address.length);
            FlowLayout.present(memory, at, field, true);
        });
        byte[] name = control.getBytes(StandardCharsets.US_ASCII);
        long text = at + FlowLayout.offset(FlowField.CONGESTION_CONTROL);
        MemorySegment.copy(name, 0, memory, ValueLayout.JAVA_BYTE, text, name.length);
        FlowLayout.present(memory, at, FlowField.CONGESTION_CONTROL, true);
    }
}
