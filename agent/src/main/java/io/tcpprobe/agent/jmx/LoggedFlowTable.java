package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flowlog.FlowLogReader;
import io.tcpprobe.agent.flowlog.LoggedFlow;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValue;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/** Connections of the flow log as rows of tabular data, with the same types as live flows. Absent fields are null. */
final class LoggedFlowTable {
    private static final String RANK = "rank";
    private static final String ENDED = "ended";
    private static final String WHY = "why";

    /** The type of the tables. */
    static final TabularType TYPE = type();

    private LoggedFlowTable() {}

    private static TabularType type() {
        Map<String, String> docs = new LinkedHashMap<>();
        Map<String, OpenType<?>> types = new LinkedHashMap<>();
        docs.put(RANK, "Place in this table, from 1.");
        types.put(RANK, SimpleType.LONG);
        docs.put(ENDED, "When the connection ended.");
        types.put(ENDED, SimpleType.DATE);
        docs.put(WHY, "Why it ended: the name of endReason; null if it is not known.");
        types.put(WHY, SimpleType.STRING);
        for (FlowValue field : FlowLogReader.VALUES) {
            docs.put(field.label(), field.doc());
            types.put(field.label(), typeOf(field));
        }
        try {
            CompositeType row = new CompositeType(
                    "LoggedFlow",
                    "A connection that has ended.",
                    types.keySet().toArray(String[]::new),
                    docs.values().toArray(String[]::new),
                    types.values().toArray(OpenType<?>[]::new));
            return new TabularType("LoggedFlows", "Connections that have ended.", row, new String[] {RANK});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("the list of flow fields makes no type", wrong);
        }
    }

    private static OpenType<?> typeOf(FlowValue field) {
        if (isTime(field)) {
            return SimpleType.DATE;
        }
        return field.numeric() ? SimpleType.LONG : SimpleType.STRING;
    }

    private static boolean isTime(FlowValue value) {
        return value instanceof FlowField field && field.isTime();
    }

    /** Returns a table of these connections. */
    static TabularData of(List<LoggedFlow> flows) {
        TabularDataSupport table = new TabularDataSupport(TYPE);
        for (LoggedFlow flow : flows) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put(RANK, table.size() + 1L);
            row.put(ENDED, Date.from(flow.ended()));
            row.put(WHY, flow.values().containsKey(FlowField.END_REASON) ? flow.text(FlowField.END_REASON) : null);
            FlowLogReader.VALUES.forEach(field -> row.put(field.label(), value(flow, field)));
            try {
                table.put(new CompositeDataSupport(TYPE.getRowType(), row));
            } catch (OpenDataException wrong) {
                throw new IllegalStateException("a connection does not fit its type", wrong);
            }
        }
        return table;
    }

    private static @Nullable Object value(LoggedFlow flow, FlowValue field) {
        if (!flow.values().containsKey(field)) {
            return null;
        }
        Long number = flow.number(field);
        if (isTime(field) && number != null) {
            return Date.from(Instant.ofEpochMilli(number));
        }
        return field.numeric() ? number : flow.text(field);
    }
}
