package io.tcpprobe.kernel.replay;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** One sample of a recording. One instance is reused for all samples: its values are valid until the visitor returns. */
public final class RecordedSample {
    private MemorySegment memory = MemorySegment.NULL;
    private long row;
    private long timeNanos;
    private boolean last;

    /** Creates a view without a sample. */
    RecordedSample() {}

    void next(long time, boolean isLast) {
        timeNanos = time;
        last = isLast;
    }

    void at(MemorySegment rows, long offset) {
        memory = rows;
        row = offset;
    }

    /** Returns when the sample was taken, in nanoseconds since the first one of the recording; never less than before. */
    public long timeNanos() {
        return timeNanos;
    }

    /** Returns true if this is the last sample of its connection. */
    public boolean last() {
        return last;
    }

    /** Returns the number of the connection: 1 for the first of the recording. */
    public long connection() {
        return Integer.toUnsignedLong(memory.get(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID));
    }

    /** Returns true if the sample has a field. */
    public boolean has(FlowField field) {
        return FlowLayout.has(memory, row, field);
    }

    /** Returns a number; 0 if absent. Unsigned, except that 64 bits keep their sign. */
    public long number(FlowField field) {
        return has(field) ? FlowLayout.number(memory, row, field) : 0;
    }

    /** Returns a text; empty if absent. */
    public String text(FlowField field) {
        if (!has(field)) {
            return "";
        }
        byte[] bytes = new byte[field.width().bytes()];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, row + FlowLayout.offset(field), bytes, 0, bytes.length);
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf(0);
        return end < 0 ? text : text.substring(0, end);
    }

    /** Returns the local endpoint: "10.0.0.1:80", "[::1]:80". */
    public String local() {
        return endpoint(FlowField.LOCAL_ADDRESS_TYPE, FlowField.LOCAL_ADDRESS, FlowField.LOCAL_PORT);
    }

    /** Returns the remote endpoint. */
    public String remote() {
        return endpoint(FlowField.REMOTE_ADDRESS_TYPE, FlowField.REMOTE_ADDRESS, FlowField.REMOTE_PORT);
    }

    private String endpoint(FlowField type, FlowField address, FlowField port) {
        ByteBuffer bytes = ByteBuffer.allocate(AddressType.of(number(type)).bytes());
        bytes.put(memory.asSlice(row + FlowLayout.offset(address), bytes.capacity())
                .asByteBuffer()
                .order(ByteOrder.BIG_ENDIAN));
        return AddressText.of(bytes.array(), number(port));
    }

    /** Returns a copy of the row, as a snapshot of this one flow. */
    public FlowColumns copy() {
        return FlowColumns.copyOf(FlowRows.one(memory, row));
    }
}
