package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a row as one line of JSON: "time" in seconds, "flow" with the flow id, and every present field by its name, in the
 * units of docs/fields.md. Times are nanoseconds of CLOCK_MONOTONIC. The process is the one that has the socket open, as in a
 * {@link io.tcpprobe.kernel.flow.FlowColumns}; if no scan has found one, it is the one in the row.
 */
final class RowJson {
    /** Writes the value of one field, which the row has. */
    @FunctionalInterface
    private interface ValueWriter {
        void write(MemorySegment memory, long row, ProbeRecord record, LineText to);
    }

    /** Writes numbers and times in decimal; addresses, names and the state as strings. */
    private static final class Writers implements FieldProjection<ValueWriter> {
        @Override
        public ValueWriter number(FlowField field) {
            return (memory, row, _, to) -> to.decimal(FlowLayout.number(memory, row, field));
        }

        @Override
        public ValueWriter time(FlowField field) {
            return number(field);
        }

        @Override
        public ValueWriter address(FlowField field) {
            boolean local = field == FlowField.LOCAL_ADDRESS;
            return (_, _, record, to) -> {
                ProbeRecord.End end = local ? record.local : record.remote;
                to.put('"').address(end.type, end.high, end.low, end.zone).put('"');
            };
        }

        @Override
        public ValueWriter name(FlowField field) {
            int offset = FlowLayout.offset(field);
            int width = field.width().bytes();
            return (memory, row, _, to) -> text(memory, row + offset, width, to);
        }

        @Override
        public ValueWriter state(FlowField field) {
            return (memory, row, _, to) -> {
                TcpState state = TcpState.ofMib((int) FlowLayout.number(memory, row, field));
                to.put('"').put(state == null ? "?" : state.label()).put('"');
            };
        }
    }

    private static final FlowField[] FIELDS = FlowField.values();

    /** The writers in the order of {@link #FIELDS}. */
    private static final ValueWriter[] WRITERS =
            Arrays.stream(FIELDS).map(new Writers()::of).toArray(ValueWriter[]::new);

    private RowJson() {}

    static void write(MemorySegment memory, long row, ProbeRecord record, SocketOwners owners, LineText to) {
        int process = process(memory, row, owners);
        to.put("{\"time\":").seconds(record.timeNanos());
        to.put(",\"flow\":")
                .decimal(Integer.toUnsignedLong(memory.get(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID)));
        for (int i = 0; i < FIELDS.length; i++) {
            FlowField field = FIELDS[i];
            if (process != 0 && (field == FlowField.PID || field == FlowField.COMMAND)) {
                owner(field, process, owners.command(process), to);
            } else if (FlowLayout.has(memory, row, field)) {
                to.put(",\"").put(field.label()).put("\":");
                WRITERS[i].write(memory, row, record, to);
            }
        }
        to.put("}\n");
    }

    /** Returns the process that has the socket open; 0 if unknown. */
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
            text(MemorySegment.ofArray(name), 0, name.length, to);
        }
    }

    /** Writes a text, replacing control characters by "?": the name of a process may contain any character. */
    private static void text(MemorySegment memory, long at, int width, LineText to) {
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
