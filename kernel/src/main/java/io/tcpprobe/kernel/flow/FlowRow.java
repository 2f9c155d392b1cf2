package io.tcpprobe.kernel.flow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A single row, read in place: for listeners that need some fields of a row that is no longer written.
 *
 * @param rows the rows; the first one is read
 */
public record FlowRow(FlowRows rows) implements FlowValues {
    /** Returns the flow's id. */
    public long flowId() {
        return Integer.toUnsignedLong(rows.memory().get(FlowLayout.INT, FlowLayout.FLOW_ID));
    }

    @Override
    public boolean has(FlowField field) {
        return FlowLayout.has(rows.memory(), 0, field);
    }

    @Override
    public long number(FlowField field) {
        return FlowLayout.number(rows.memory(), 0, field);
    }

    @Override
    public String text(FlowField field) {
        if (!has(field)) {
            return "";
        }
        byte[] text = bytes(field, field.width().bytes());
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] address(FlowField field, FlowField type) {
        return has(field) ? bytes(field, AddressType.of(number(type)).bytes()) : new byte[0];
    }

    private byte[] bytes(FlowField field, int count) {
        byte[] bytes = new byte[count];
        MemorySegment.copy(rows.memory(), ValueLayout.JAVA_BYTE, FlowLayout.offset(field), bytes, 0, count);
        return bytes;
    }
}
