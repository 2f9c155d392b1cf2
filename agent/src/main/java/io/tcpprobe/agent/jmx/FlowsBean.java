package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.filter.FlowFilterParser;
import io.tcpprobe.agent.filter.FlowMatcher;
import io.tcpprobe.agent.flows.EndpointFilter;
import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowOrder;
import io.tcpprobe.agent.flows.FlowPage;
import io.tcpprobe.agent.flows.FlowRanking;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.FlowSummary;
import io.tcpprobe.agent.flows.SharedResults;
import io.tcpprobe.agent.flows.SnapshotCached;
import io.tcpprobe.agent.flows.WindowSummary;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.ImmutableDescriptor;
import javax.management.JMX;
import javax.management.MBeanException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ReflectionException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/** {@code type=Flows}: a summary of all flows, and tables of some of them. */
final class FlowsBean extends ReadMBean<FlowsAttributes> {
    private static final String QUERY = "query";
    private static final String DESCRIBE = "describe";

    /** Estimated heap bytes of a row while it is converted to JSON; the text itself has some 3 kB. */
    private static final long ROW_BYTES = 20_000;

    /** Maximum rows of one answer: at most an eighth of the heap, which may be shared with an application. */
    static final int MAX_ROWS = Math.clamp(Runtime.getRuntime().maxMemory() / 8 / ROW_BYTES, 100, 1000);

    /** Results of query that are shared, and the maximum rows of each: they use some megabytes at most. */
    private static final int MAX_SHARED = 8;

    private static final int MAX_SHARED_ROWS = 200;

    private final FlowSnapshotCache snapshots;
    private final RetransmissionRate rate;
    private final DeleteOperations deleting;
    private final Runnable onAccess;

    /** The last pages: open pages of a browser ask for the same ones again and again. */
    private final SharedResults<List<String>, FlowPageType.Rows> pages = new SharedResults<>(MAX_SHARED);

    /** The summary of the last snapshot: it needs a sort, and every attribute uses it. */
    private final SnapshotCached<FlowSummary> summaries = new SnapshotCached<>(FlowSummary::of);

    /** What the flows did in the window; computed if one of its attributes is read. */
    private final SnapshotCached<WindowSummary> windows = new SnapshotCached<>(WindowSummary::of);

    /**
     * Creates the MBean.
     *
     * @param onAccess is run at every read of the MBean
     */
    FlowsBean(FlowSnapshotCache snapshots, RetransmissionRate rate, DeleteOperations deleting, Runnable onAccess) {
        super("All TCP flows: totals, and operations that return tables of flows.");
        this.snapshots = snapshots;
        this.rate = rate;
        this.deleting = deleting;
        this.onAccess = onAccess;
    }

    @Override
    FlowsAttributes read() throws IOException {
        onAccess.run();
        FlowSnapshot snapshot = snapshots.current();
        return new FlowsAttributes(
                snapshot, summaries.of(snapshot), () -> windows.of(snapshot), snapshots.ageMillis(), rate.perSecond());
    }

    @Override
    Collection<AttributeSpec<FlowsAttributes>> items(FlowsAttributes reading) {
        return FlowsAttributes.ITEMS.values();
    }

    @Override
    @Nullable
    AttributeSpec<FlowsAttributes> item(FlowsAttributes reading, String name) {
        return FlowsAttributes.ITEMS.get(name);
    }

    @Override
    MBeanOperationInfo[] operations() {
        var count = new MBeanParameterInfo("n", "int", "Maximum number of flows, 1.." + MAX_ROWS + ".");
        MBeanOperationInfo[] tables = {
            operation(
                    "top",
                    ShortFlowTable.typeOfTop(),
                    "Returns the flows with the highest values of a field, or of the rate of a counter, highest first: endpoints and process, the"
                            + " value, and what limits each. The operation query returns other columns.",
                    new MBeanParameterInfo(
                            "field",
                            "java.lang.String",
                            "A field of a flow: cwnd, retrans, rwndShare; a rate: retransRate."),
                    count),
            operation(
                    "page",
                    FlowTableType.TYPE,
                    "Returns the flows after this flow id with all of their values, in the order of their ids; pass the last one's id for"
                            + " the next page.",
                    new MBeanParameterInfo("afterFlowId", "long", "A flow id, 0 for the first page."),
                    count),
            operation(
                    "find",
                    ShortFlowTable.typeOfFound(),
                    "Returns the flows with this local or remote endpoint, at most " + MAX_ROWS
                            + ", in the order of their ids: endpoints and process, and what limits each. The operation query returns other"
                            + " columns.",
                    new MBeanParameterInfo(
                            "endpoint",
                            "java.lang.String",
                            "ADDRESS:PORT, ADDRESS or :PORT; an IPv6 address with a port in brackets."))
        };
        return Stream.of(Arrays.stream(tables), Stream.of(query(), describe()), DeleteOperations.OPERATIONS.stream())
                .flatMap(operations -> operations)
                .toArray(MBeanOperationInfo[]::new);
    }

    /** Its type depends on the chosen columns, so the descriptor does not name it. */
    private static MBeanOperationInfo query() {
        String text = "java.lang.String";
        return new MBeanOperationInfo(
                QUERY,
                "Returns a page of the flows that meet a condition, sorted, with chosen columns.",
                new MBeanParameterInfo[] {
                    new MBeanParameterInfo(
                            "where", text, "A condition: 'dport = 443 and verdict = rwnd'; empty for all flows."),
                    new MBeanParameterInfo("by", text, "The value to sort by, or flowId; empty for flowId."),
                    new MBeanParameterInfo("descending", "boolean", "true: the highest values first."),
                    new MBeanParameterInfo("offset", "int", "How many flows to skip."),
                    new MBeanParameterInfo("n", "int", "Maximum number of flows, 1.." + MAX_ROWS + "."),
                    new MBeanParameterInfo(
                            "columns",
                            text,
                            "At most " + FlowPageType.MAX_COLUMNS
                                    + " names, separated by commas: local,remote,srtt,bytesAckedRate.")
                },
                CompositeData.class.getName(),
                MBeanOperationInfo.INFO);
    }

    private static MBeanOperationInfo describe() {
        return new MBeanOperationInfo(
                DESCRIBE,
                "Returns what query can show and sort by: the values of a flow and the rates of its counters, with unit and meaning.",
                new MBeanParameterInfo[0],
                TabularData.class.getName(),
                MBeanOperationInfo.INFO,
                new ImmutableDescriptor(new String[] {JMX.OPEN_TYPE_FIELD}, new Object[] {FlowFieldTable.TYPE}));
    }

    private static MBeanOperationInfo operation(
            String name, TabularType type, String doc, MBeanParameterInfo... parameters) {
        return new MBeanOperationInfo(
                name,
                doc,
                parameters,
                TabularData.class.getName(),
                MBeanOperationInfo.INFO,
                new ImmutableDescriptor(new String[] {JMX.OPEN_TYPE_FIELD}, new Object[] {type}));
    }

    @Override
    public Object invoke(String operation, @Nullable Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        onAccess.run();
        if (DeleteOperations.has(operation)) {
            return deleting.invoke(operation, arguments);
        }
        Arguments given = new Arguments(operation, arguments);
        return switch (operation) {
            case "top" -> given.expect(2).top(snapshots.current());
            case "page" -> FlowTableType.of(given.expect(2).page(snapshots.current()));
            case "find" -> ShortFlowTable.found(given.expect(1).find(snapshots.current()));
            case QUERY -> query(given.expect(6));
            case DESCRIBE -> {
                given.expect(0);
                yield FlowFieldTable.ALL;
            }
            default -> throw noSuchOperation(operation);
        };
    }

    private CompositeData query(Arguments given) {
        FlowSnapshot snapshot = snapshots.current();
        FlowPageType type = FlowPageType.of(given.text(5));
        List<String> same = Arrays.stream(given.values).map(String::valueOf).toList();
        Supplier<FlowPageType.Rows> rows = () -> type.rows(given.queried(snapshot));
        return type.data(
                given.count(4) > MAX_SHARED_ROWS ? rows.get() : pages.of(snapshot, same, rows), snapshots.ageMillis());
    }

    /** The arguments of an operation; invalid ones cause an IllegalArgumentException. */
    private record Arguments(String operation, @Nullable Object[] values) {
        Arguments expect(int count) {
            if (values.length != count) {
                throw new IllegalArgumentException("invoke " + operation + ": needs " + count + " arguments");
            }
            return this;
        }

        TabularData top(FlowSnapshot snapshot) {
            FlowMeasure measure = FlowMeasure.find(text(0))
                    .orElseThrow(() -> new IllegalArgumentException("invoke top: '" + text(0)
                            + "' is not a field that flows can be ranked by; use one of "
                            + FlowMeasure.all().stream().map(FlowMeasure::label).collect(Collectors.joining(", "))));
            return ShortFlowTable.top(FlowRanking.top(snapshot, measure, count()), measure);
        }

        List<Flow> page(FlowSnapshot snapshot) {
            int from = snapshot.flows().after(number(0));
            int to = Math.min(snapshot.flows().size(), from + count());
            return IntStream.range(from, to)
                    .mapToObj(index -> new Flow(snapshot, index))
                    .toList();
        }

        List<Flow> find(FlowSnapshot snapshot) {
            EndpointFilter endpoint = EndpointFilter.parse(text(0));
            return IntStream.range(0, snapshot.flows().size())
                    .mapToObj(index -> new Flow(snapshot, index))
                    .filter(endpoint::matches)
                    .limit(MAX_ROWS)
                    .toList();
        }

        FlowPage queried(FlowSnapshot snapshot) {
            Predicate<Flow> where = FlowMatcher.of(FlowFilterParser.parse(text(0)));
            String by = text(1);
            FlowOrder order = by.isEmpty()
                    ? FlowOrder.byId()
                    : FlowOrder.find(by)
                            .orElseThrow(
                                    () -> new IllegalArgumentException(
                                            "invoke query: '" + by
                                                    + "' is not a value that flows can be sorted by; the operation describe lists them"));
            long offset = number(3);
            if (offset < 0 || offset > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("invoke query: offset " + offset + "; give 0 or more");
            }
            return FlowPage.of(snapshot, new FlowPage.Request(where, order, flag(2), (int) offset, count(4)));
        }

        private String text(int place) {
            return values[place] instanceof String text ? text : String.valueOf(values[place]);
        }

        private boolean flag(int place) {
            if (values[place] instanceof Boolean flag) {
                return flag;
            }
            throw new IllegalArgumentException(
                    "invoke " + operation + ": '" + values[place] + "' is not true or false");
        }

        private long number(int place) {
            if (values[place] instanceof Number number) {
                return number.longValue();
            }
            throw new IllegalArgumentException(
                    "invoke " + operation + ": '" + values[place] + "' is not a whole number");
        }

        private int count() {
            return count(1);
        }

        private int count(int place) {
            long count = number(place);
            if (count < 1 || count > MAX_ROWS) {
                throw new IllegalArgumentException(
                        "invoke " + operation + ": " + count + " rows; give 1.." + MAX_ROWS + " flows");
            }
            return (int) count;
        }
    }
}
