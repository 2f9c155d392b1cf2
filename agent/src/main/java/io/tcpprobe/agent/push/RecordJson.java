package io.tcpprobe.agent.push;

import io.tcpprobe.agent.core.JsonText;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A flow record as JSON: the values of {@link RecordField} by their names, in the order of their declaration. Absent values are left out,
 * and times are milliseconds since 1970.
 */
public final class RecordJson {
    /** More than most records need. */
    private static final int CHARACTERS = 2048;

    /** What precedes a value: {@code "bytesAcked":}. */
    private static final Map<RecordField, String> NAMES = names();

    private RecordJson() {}

    private static Map<RecordField, String> names() {
        Map<RecordField, String> names = new EnumMap<>(RecordField.class);
        for (RecordField field : RecordField.all()) {
            names.put(field, JsonText.of(field.label()) + ':');
        }
        return names;
    }

    /** Returns the record as one line. */
    public static String line(FlowRecord flow) {
        StringBuilder to = new StringBuilder(CHARACTERS);
        char before = '{';
        for (RecordField field : RecordField.all()) {
            if (flow.has(field)) {
                to.append(before).append(NAMES.get(field));
                append(flow, field, to);
                before = ',';
            }
        }
        return to.append(to.isEmpty() ? "{}" : "}").toString();
    }

    private static void append(FlowRecord flow, RecordField field, StringBuilder to) {
        switch (field.type()) {
            case NUMBER, TIME -> to.append(flow.number(field));
            case FLAG -> to.append(flow.number(field) != 0);
            case TEXT -> JsonText.append(flow.text(field), to);
            case COUNTS -> append(flow.counts(field), to);
        }
    }

    private static void append(List<Long> counts, StringBuilder to) {
        to.append('[');
        for (int i = 0; i < counts.size(); i++) {
            to.append(i == 0 ? "" : ",").append((long) counts.get(i));
        }
        to.append(']');
    }
}
