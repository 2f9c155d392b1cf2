package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.FlowField;
import io.tcpprobe.kernel.FlowLayout;
import io.tcpprobe.kernel.TcpState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Writes a row as one line of JSON: "time" in seconds, "flow" the flow's id, and every field that is present by its name, with
 * the units of docs/fields.md; times are nanoseconds of CLOCK_MONOTONIC.
 */
final class RowJson {
    private static final FlowField[] FIELDS = FlowField.values();

    private RowJson() {}

    static void write(MemorySegment memory, long row, ProbeRecord record, LineText to) {
        to.put("{\"time\":").seconds(record.timeNanos());
        to.put(",\"flow\":")
                .decimal(Integer.toUnsignedLong(memory.get(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID)));
        for (FlowField field : FIELDS) {
            if (FlowLayout.has(memory, row, field)) {
                to.put(",\"").put(field.label()).put("\":");
                value(memory, row, field, record, to);
            }
        }
        to.put("}\n");
    }

    private static void value(MemorySegment memory, long row, FlowField field, ProbeRecord record, LineText to) {
        switch (field.kind()) {
            case ADDRESS -> {
                ProbeRecord.End end = field == FlowField.LOCAL_ADDRESS ? record.local : record.remote;
                to.put('"').address(end.type, end.high, end.low, end.zone).put('"');
            }
            case NAME ->
                name(memory, row + FlowLayout.offset(field), field.width().bytes(), to);
            case STATE -> {
                TcpState state = TcpState.ofMib((int) FlowLayout.number(memory, row, field));
                to.put('"').put(state == null ? "?" : state.label()).put('"');
            }
            case ADDRESS_TYPE, BITS, COUNTER, FLAG, GAUGE, IDENTIFIER, PORT, TIME ->
                to.decimal(FlowLayout.number(memory, row, field));
        }
    }

    /** A process may call itself anything: what is no plain character is written as "?". */
    private static void name(MemorySegment memory, long at, int width, LineText to) {
        to.put('"');
        for (int i = 0; i < width; i++) {
            byte character = memory.get(ValueLayout.JAVA_BYTE, at + i);
            if (character == 0) {
                break;
            }
            if (character == '"' || character == '\\') {
                to.put('\\');
            }
            to.put(character < ' ' || character == 0x7f ? '?' : (char) character);
        }
        to.put('"');
    }
}
