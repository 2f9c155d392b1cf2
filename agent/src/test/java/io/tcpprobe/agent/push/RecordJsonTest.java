package io.tcpprobe.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.core.JsonText;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordJsonTest {
    /** A value of each field, of its type; texts with characters that JSON escapes. */
    private static Map<RecordField, Object> values() {
        Map<RecordField, Object> values = new EnumMap<>(RecordField.class);
        for (RecordField field : RecordField.all()) {
            values.put(
                    field,
                    switch (field.type()) {
                        case NUMBER, TIME -> -7919L * values.size();
                        case FLAG -> 1L;
                        case TEXT -> "a\"b\\\u001b\u00e9" + values.size();
                        case COUNTS -> List.of(0L, 4_294_967_296L, 3L);
                    });
        }
        return values;
    }

    @Test
    void shouldWriteAllFieldsInTheirOrderAsTheWriterOfJsonDoes() {
        Map<RecordField, Object> values = values();
        Map<String, Object> expected = new LinkedHashMap<>();
        values.forEach((field, value) ->
                expected.put(field.label(), field.type() == RecordField.Type.FLAG ? (Object) true : value));
        assertEquals(JsonText.of(expected), RecordJson.line(FlowRecord.of(values)));
    }

    @Test
    void shouldLeaveOutWhatIsAbsent() {
        assertEquals(
                "{\"finalRecord\":false,\"rttHistogram\":[]}",
                RecordJson.line(FlowRecord.of(
                        Map.of(RecordField.FINAL_RECORD, 0L, RecordField.RTT_HISTOGRAM, List.<Long>of()))));
    }

    @Test
    void shouldWriteARecordWithoutValues() {
        assertEquals("{}", RecordJson.line(FlowRecord.of(Map.of())));
    }
}
