package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Writes a row as one line of JSON: "time" in seconds, "flow" the flow's id, and every field that is present by its name, with
 * the units of docs/fields.md; times are nanoseconds of CLOCK_MONOTONIC. The process is the one that has the socket open, as in a
 * {@link io.tcpprobe.kernel.flow.FlowColumns}; where no scan has found one, the row's.
 */
final class RowJson {
    private static final FlowField[] FIELDS = FlowField.values();

    private RowJson() {}

    static void write(MemorySegment memory, long row, ProbeRecord record, SocketOwners owners, LineText to) {
        int process = process(memory, row, owners);
        to.put("{\"time\":").seconds(record.timeNanos());
        to.put(",\"flow\":")
                .decimal(Integer.toUnsignedLong(memory.get(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID)));
        for (FlowField field : FIELDS) {
            if (process != 0 && (field == FlowField.PID || field == FlowField.COMMAND)) {
                owner(field, process, owners.command(process), to);
            } else if (FlowLayout.has(memory, row, field)) {
                to.put(",\"").put(field.label()).put("\":");
                value(memory, row, field, record, to);
            }
        }
        to.put("}\n");
    }

    /** The process that has the socket open; 0 if none is known. */
    private static int process(MemorySegment memory, long row, SocketOwners owners) {
        return FlowLayout.has(memory, row, FlowField.INODE)
                ? owners.process((int) FlowLayout.number(memory, row, FlowField.INODE))
                : 0;
    }

    private static void owner(FlowField field, int process, String command, LineText to) {
        if (field == FlowField.PID) {
            to.put(",\"").put(field.label()).put("\":").decimal(Integer.toUnsignedLong(process));
        } else if (!command.isEmpty()) {
            to.put(",\"").put(field.label()).put("\":");
            byte[] name = command.getBytes(StandardCharsets.UTF_8);
            name(MemorySegment.ofArray(name), 0, name.length, to);
        }
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
