package io.tcpprobe.agent.flows;

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

    /** Sets the local and the remote address. */
    public TestRow between(String local, String remote) {
        return local(InetAddress.ofLiteral(local).getAddress())
                .remote(InetAddress.ofLiteral(remote).getAddress());
    }

    private TestRow local(byte[] address) {
        return address(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE, address);
    }

    /** Sets the remote address, of 4 or 16 bytes, or of 20 with a zone. */
    public TestRow remote(byte[] address) {
        return address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, address);
    }

    private TestRow address(FlowField field, FlowField type, byte[] address) {
        Map<FlowField, byte[]> more = new EnumMap<>(FlowField.class);
        more.putAll(addresses);
        more.put(field, address);
        AddressType typed =
                address.length == 4 ? AddressType.IPV4 : address.length == 16 ? AddressType.IPV6 : AddressType.IPV6Z;
        return new TestRow(flowId, control, with(type, typed.number()).numbers, more);
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
