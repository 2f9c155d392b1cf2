package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flowlog.FlowLogReader;
import io.tcpprobe.agent.flowlog.LoggedFlow;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/** Connections of the flow log as rows of tabular data, with the same types as live flows. Absent fields are null. */
final class LoggedFlowTable {
    private static final OpenTable<LoggedFlow> TABLE = table();

    /** The type of the tables. */
    static final TabularType TYPE = TABLE.type();

    private LoggedFlowTable() {}

    private static OpenTable<LoggedFlow> table() {
        List<OpenTable.Column<LoggedFlow>> columns = new ArrayList<>(List.of(
                OpenTable.Column.rank("Place in this table, from 1."),
                OpenTable.Column.of(
                        "ended", SimpleType.DATE, "When the connection ended.", flow -> Date.from(flow.ended())),
                OpenTable.Column.of(
                        "why",
                        SimpleType.STRING,
                        "Why it ended: the name of endReason; null if it is not known.",
                        flow -> name(flow, FlowField.END_REASON)),
                OpenTable.Column.of(
                        "resetWhy",
                        SimpleType.STRING,
                        "Why the kernel sent a RST: the name of resetReason; null if it sent none, or if it is not known.",
                        flow -> name(flow, FlowField.RESET_REASON))));
        FlowLogReader.VALUES.forEach(field -> columns.add(
                OpenTable.Column.of(field.label(), typeOf(field), field.doc(), flow -> value(flow, field))));
        return new OpenTable<>(
                new OpenTable.Names(
                        "LoggedFlow",
                        "A connection that has ended.",
                        "LoggedFlows",
                        "Connections that have ended.",
                        OpenTable.RANK),
                columns);
    }

    private static @Nullable String name(LoggedFlow flow, FlowField reason) {
        return flow.values().containsKey(reason) ? flow.text(reason) : null;
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
        return TABLE.of(flows);
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
