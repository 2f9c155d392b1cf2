package io.tcpprobe.agent.push;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A record of a flow: the values of {@link RecordField} at one moment. Immutable. */
public final class FlowRecord {
    private final Map<RecordField, Object> values = new EnumMap<>(RecordField.class);

    /** Creates a record from the values of a row. */
    FlowRecord(RecordRow row) {
        for (RecordField field : RecordField.all()) {
            Object value = field.read(row);
            if (value != null) {
                values.put(field, value);
            }
        }
    }

    private FlowRecord(Map<RecordField, ?> values) {
        this.values.putAll(values);
    }

    /**
     * Creates a record of values that do not come from a row.
     *
     * @param values a Long, a String or a list of Long each, by the type of the field; a flag is 1 or 0
     */
    public static FlowRecord of(Map<RecordField, ?> values) {
        return new FlowRecord(values);
    }

    /** Returns true if the record has a value. */
    public boolean has(RecordField field) {
        return values.containsKey(field);
    }

    /** Returns a number, a time or a flag, which is 0 or 1; 0 if absent. */
    public long number(RecordField field) {
        return values.get(field) instanceof Long number ? number : 0;
    }

    /** Returns a text; empty if absent. */
    public String text(RecordField field) {
        return values.get(field) instanceof String text ? text : "";
    }

    /** Returns counts; none if absent. */
    @SuppressWarnings("unchecked") // what a field of this type reads
    public List<Long> counts(RecordField field) {
        return values.get(field) instanceof List<?> counts ? (List<Long>) counts : List.of();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
