package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.filter.FlowFilterParser;
import io.tcpprobe.agent.flowlog.FlowLog;
import io.tcpprobe.agent.flowlog.FlowLogReader;
import io.tcpprobe.agent.flowlog.LogQuery;
import io.tcpprobe.agent.flowlog.LoggedFlow;
import io.tcpprobe.kernel.flow.FlowValue;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.management.ImmutableDescriptor;
import javax.management.JMX;
import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ReflectionException;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;

/** {@code type=FlowLog}: what the flow log holds, and a search in it. */
final class FlowLogBean extends ReadMBean<FlowLog.Statistics> {
    private static final String SEARCH = "search";
    private static final long MILLIS_PER_SECOND = 1000;
    private static final String TEXT = "java.lang.String";

    private static final Map<String, AttributeSpec<FlowLog.Statistics>> ITEMS = items();

    private final FlowLog log;
    private final FlowLogReader reader;
    private final LongSupplier wallMillis;

    /** Creates the MBean. */
    FlowLogBean(FlowLog log, FlowLogReader reader, LongSupplier wallMillis) {
        super("Connections that have ended: the flow log on disk.");
        this.log = log;
        this.reader = reader;
        this.wallMillis = wallMillis;
    }

    private static Map<String, AttributeSpec<FlowLog.Statistics>> items() {
        Map<String, AttributeSpec<FlowLog.Statistics>> items = new LinkedHashMap<>();
        number(items, "Written", "flows", "Connections written since the agent started.", FlowLog.Statistics::written);
        number(
                items,
                "Dropped",
                "flows",
                "Connections not written since the agent started: they ended faster than they could be written, or writing failed.",
                FlowLog.Statistics::dropped);
        number(items, "Bytes", "bytes", "Size of all files.", FlowLog.Statistics::bytes);
        number(items, "Files", "", "Number of files.", statistics -> (long) statistics.files());
        items.put(
                "OldestDay",
                new AttributeSpec<>(
                        "OldestDay",
                        SimpleType.STRING,
                        "",
                        "",
                        "Day (UTC) of the oldest file; null if there is none.",
                        statistics -> statistics.oldestDay() == null
                                ? null
                                : statistics.oldestDay().toString()));
        return items;
    }

    private static void number(
            Map<String, AttributeSpec<FlowLog.Statistics>> items,
            String name,
            String unit,
            String doc,
            AttributeSpec.Value<FlowLog.Statistics> value) {
        items.put(name, new AttributeSpec<>(name, SimpleType.LONG, unit, "", doc, value));
    }

    @Override
    FlowLog.Statistics read() throws IOException {
        return log.statistics();
    }

    @Override
    Collection<AttributeSpec<FlowLog.Statistics>> items(FlowLog.Statistics reading) {
        return ITEMS.values();
    }

    @Override
    @Nullable
    AttributeSpec<FlowLog.Statistics> item(FlowLog.Statistics reading, String name) {
        return ITEMS.get(name);
    }

    @Override
    MBeanOperationInfo[] operations() {
        return new MBeanOperationInfo[] {
            new MBeanOperationInfo(
                    SEARCH,
                    "Connections that have ended.",
                    new MBeanParameterInfo[] {
                        new MBeanParameterInfo("seconds", "long", "Ended within so many seconds."),
                        new MBeanParameterInfo(
                                "where",
                                TEXT,
                                "A condition: 'dport = 443 and retrans > 10'; empty for all connections."),
                        new MBeanParameterInfo(
                                "by", TEXT, "The largest values of this field first; empty for the last that ended."),
                        new MBeanParameterInfo("n", "int", "Maximum number of rows, 1.." + FlowsBean.MAX_ROWS + ".")
                    },
                    TabularData.class.getName(),
                    MBeanOperationInfo.INFO,
                    new ImmutableDescriptor(new String[] {JMX.OPEN_TYPE_FIELD}, new Object[] {LoggedFlowTable.TYPE}))
        };
    }

    @Override
    public Object invoke(String operation, @Nullable Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        if (!operation.equals(SEARCH)) {
            throw noSuchOperation(operation);
        }
        if (arguments.length != 4
                || !(arguments[0] instanceof Number seconds)
                || !(arguments[3] instanceof Number rows)) {
            throw new IllegalArgumentException("invoke search: give seconds, where, by and n");
        }
        if (rows.longValue() < 1 || rows.longValue() > FlowsBean.MAX_ROWS) {
            throw new IllegalArgumentException("invoke search: " + rows + " rows; give 1.." + FlowsBean.MAX_ROWS);
        }
        Instant since = Instant.ofEpochMilli(
                wallMillis.getAsLong() - Math.clamp(seconds.longValue(), 0, Integer.MAX_VALUE) * MILLIS_PER_SECOND);
        try {
            List<LoggedFlow> found = reader.search(new LogQuery(
                    since, FlowFilterParser.parse(text(arguments[1])), by(text(arguments[2])), rows.intValue()));
            return LoggedFlowTable.of(found);
        } catch (IOException failed) {
            throw new MBeanException(failed, "search the flow log: " + failed.getMessage());
        }
    }

    private static String text(@Nullable Object argument) {
        return argument == null ? "" : argument.toString();
    }

    private static Optional<FlowValue> by(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Optional<FlowValue> field = FlowLogReader.measure(name);
        if (field.isEmpty()) {
            throw new IllegalArgumentException("invoke search: '" + name + "' is not a measure of a flow");
        }
        return field;
    }
}
