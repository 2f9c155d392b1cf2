package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.TcpState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses a line that {@link RowJson} has written: a flat object of numbers and strings. Members that are not fields of a flow
 * are skipped, so that recordings of later versions can be read. Used by one thread at a time.
 */
final class JsonRecordParser {
    private static final Map<String, ValueParser> PARSERS = new HashMap<>();
    private static final Map<String, TcpState> STATES = new HashMap<>();
    private static final long NANOS = 1_000_000_000L;
    private static final int MAX_NAME = 64;

    /** The fields that a sample of a flow must have. */
    private static final List<FlowField> REQUIRED = List.of(
            FlowField.LOCAL_ADDRESS,
            FlowField.LOCAL_PORT,
            FlowField.REMOTE_ADDRESS,
            FlowField.REMOTE_PORT,
            FlowField.SAMPLED);

    /** Parses the value of one field into a record's row; returns false, with the reason in {@link #fault}, if it is wrong. */
    @FunctionalInterface
    private interface ValueParser {
        boolean parse(JsonRecordParser parser, String value, ProbeRecord into);
    }

    /** The inverse of the writers of {@link RowJson}. */
    private static final class Parsers implements FieldProjection<ValueParser> {
        @Override
        public ValueParser number(FlowField field) {
            return (parser, value, into) -> parser.number(field, value, into);
        }

        @Override
        public ValueParser time(FlowField field) {
            return number(field);
        }

        @Override
        public ValueParser address(FlowField field) {
            return (parser, value, into) -> parser.address(field, value, into);
        }

        /** Ignores the type: it follows from the address. */
        @Override
        public ValueParser addressType(FlowField field) {
            return (_, _, _) -> true;
        }

        @Override
        public ValueParser name(FlowField field) {
            return (parser, value, into) -> parser.name(field, value, into);
        }

        @Override
        public ValueParser state(FlowField field) {
            return (parser, value, into) -> parser.state(field, value, into);
        }
    }

    static {
        Parsers projection = new Parsers();
        for (FlowField field : FlowField.values()) {
            PARSERS.put(field.label(), projection.of(field));
        }
        for (TcpState state : TcpState.values()) {
            STATES.putIfAbsent(state.label(), state);
        }
    }

    private final AddressParser addresses;
    private byte[] text = new byte[0];
    private int at;
    private int end;
    private String fault = "";

    JsonRecordParser(InterfaceNumbers interfaces) {
        addresses = new AddressParser(interfaces);
    }

    /**
     * Parses the object between two offsets; returns true if it is a sample of a flow, else {@link #fault} returns the reason.
     */
    boolean parse(byte[] bytes, int from, int to, ProbeRecord into) {
        text = bytes;
        at = from;
        end = to;
        into.begin(RecordDialect.JSON);
        into.row.fill((byte) 0);
        if (!next('{')) {
            return wrong("is not a JSON object");
        }
        do {
            if (!member(into)) {
                return false;
            }
        } while (next(','));
        if (!next('}') || at != end) {
            return wrong("is not one whole JSON object");
        }
        return complete(into);
    }

    String fault() {
        return fault;
    }

    private boolean wrong(String why) {
        fault = why;
        return false;
    }

    private boolean complete(ProbeRecord into) {
        if (!into.has(RecordField.TIME)) {
            return wrong("time: is missing");
        }
        for (FlowField field : REQUIRED) {
            if (!FlowLayout.has(into.row, 0, field)) {
                return wrong(field.label() + ": is missing");
            }
        }
        into.local.port = (int) FlowLayout.number(into.row, 0, FlowField.LOCAL_PORT);
        into.remote.port = (int) FlowLayout.number(into.row, 0, FlowField.REMOTE_PORT);
        return true;
    }

    private void skipBlanks() {
        while (at < end && text[at] == ' ') {
            at++;
        }
    }

    private boolean next(char expected) {
        skipBlanks();
        boolean there = at < end && text[at] == expected;
        at += there ? 1 : 0;
        return there;
    }

    private boolean member(ProbeRecord into) {
        if (!next('"')) {
            return wrong("a member does not begin with a name");
        }
        String name = string();
        if (name.length() > MAX_NAME) {
            return wrong("a member's name is longer than " + MAX_NAME + " characters");
        }
        if (!next(':')) {
            return wrong(name + ": is not followed by a value");
        }
        skipBlanks();
        boolean isText = next('"');
        String value = isText ? string() : word();
        if (value.isEmpty() && !isText) {
            return wrong(name + ": has no value");
        }
        return accept(name, value, into) || wrong(name + ": " + fault);
    }

    /** Parses a string after its opening quote. */
    private String string() {
        StringBuilder read = new StringBuilder();
        while (at < end && text[at] != '"') {
            if (text[at] == '\\' && at + 1 < end) {
                at++;
            }
            read.append((char) (text[at++] & 0xff));
        }
        at++; // a line that is truncated here is later found to be incomplete
        return read.toString();
    }

    private String word() {
        int start = at;
        while (at < end && text[at] != ',' && text[at] != '}' && text[at] != ' ') {
            at++;
        }
        return new String(text, start, at - start, StandardCharsets.ISO_8859_1);
    }

    private boolean accept(String name, String value, ProbeRecord into) {
        if (name.equals("time")) {
            return time(value, into);
        }
        if (name.equals("flow")) {
            return number(value, 0xffff_ffffL) && flowId(into);
        }
        ValueParser parser = PARSERS.get(name);
        return parser == null || parser.parse(this, value, into);
    }

    /** The result of {@link #number}. */
    private long read;

    private boolean flowId(ProbeRecord into) {
        into.row.set(ValueLayout.JAVA_INT, FlowLayout.FLOW_ID, (int) read);
        return true;
    }

    private boolean time(String value, ProbeRecord into) {
        int point = value.indexOf('.');
        String fraction = point < 0 ? "" : value.substring(point + 1);
        if (fraction.length() > 9
                || !number(fraction.isEmpty() ? "0" : (fraction + "000000000").substring(0, 9), NANOS)) {
            return wrong("is not a number of seconds");
        }
        long nanos = read;
        if (!number(point < 0 ? value : value.substring(0, point), Long.MAX_VALUE / NANOS - 1)) {
            return false;
        }
        into.set(RecordField.TIME, read * NANOS + nanos);
        return true;
    }

    private boolean number(String value, long max) {
        try {
            read = Long.parseUnsignedLong(value);
        } catch (NumberFormatException _) {
            return wrong("is not a number");
        }
        return Long.compareUnsigned(read, max) <= 0 || wrong("is greater than " + Long.toUnsignedString(max));
    }

    private boolean number(FlowField field, String value, ProbeRecord into) {
        int bits = field.width().bytes() * Byte.SIZE;
        if (!number(value, bits == Long.SIZE ? -1 : (1L << bits) - 1)) {
            return false;
        }
        FlowLayout.put(into.row, 0, field, read);
        FlowLayout.present(into.row, 0, field, true);
        if (field == FlowField.LENGTH) {
            into.set(RecordField.LENGTH, read);
        }
        return true;
    }

    private boolean address(FlowField field, String value, ProbeRecord into) {
        boolean local = field == FlowField.LOCAL_ADDRESS;
        ProbeRecord.End endpoint = local ? into.local : into.remote;
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        if (!addresses.parseWhole(bytes, 0, bytes.length, endpoint)) {
            return wrong("is not an address");
        }
        RecordRow.writeAddress(
                endpoint, into.row, 0, local ? FlowField.LOCAL_ADDRESS_TYPE : FlowField.REMOTE_ADDRESS_TYPE, field);
        FlowLayout.present(into.row, 0, field, true);
        return true;
    }

    private boolean state(FlowField field, String value, ProbeRecord into) {
        TcpState state = STATES.get(value);
        if (state == null) {
            return wrong("is not a state of TCP");
        }
        FlowLayout.put(into.row, 0, field, state.mib());
        FlowLayout.present(into.row, 0, field, true);
        return true;
    }

    private boolean name(FlowField field, String value, ProbeRecord into) {
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length > field.width().bytes()) {
            return wrong("is longer than " + field.width().bytes() + " characters");
        }
        MemorySegment.copy(bytes, 0, into.row, ValueLayout.JAVA_BYTE, FlowLayout.offset(field), bytes.length);
        FlowLayout.present(into.row, 0, field, true);
        return true;
    }
}
