package io.tcpprobe.agent.push;

import io.tcpprobe.agent.core.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;

/** A flow record as JSON: the values of {@link RecordField} by their names. Absent values are left out. */
public final class RecordJson {
    private RecordJson() {}

    /** Returns the values in the order of their declaration. Times are milliseconds since 1970. */
    private static Map<String, Object> values(FlowRecord flow) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordField field : RecordField.all()) {
            if (flow.has(field)) {
                values.put(
                        field.label(),
                        switch (field.type()) {
                            case NUMBER, TIME -> flow.number(field);
                            case FLAG -> flow.number(field) != 0;
                            case TEXT -> flow.text(field);
                            case COUNTS -> flow.counts(field);
                        });
            }
        }
        return values;
    }

    /** Returns the record as one line. */
    public static String line(FlowRecord flow) {
        return JsonText.of(values(flow));
    }
}
