package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowPage;
import io.tcpprobe.kernel.flow.CounterRate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/**
 * A page of flows with chosen columns, as open data. Besides these, a row has rank, its place among all flows that meet the condition, and
 * flowId.
 */
final class FlowPageType {
    /** Maximum number of chosen columns. */
    static final int MAX_COLUMNS = 60;

    private static final String RANK = "rank";
    private static final String FLOW_ID = "flowId";
    private static final String[] ITEMS = {"total", "matched", "offset", "ageMillis", "columns", "flows"};
    private static final String[] DOCS = {
        "Number of all flows.",
        "Number of the flows that meet the condition.",
        "How many of these come before the first row.",
        "Age of the snapshot in milliseconds.",
        "The names of the columns, separated by commas.",
        "The rows; the item rank holds their order."
    };

    private final List<Column> columns;
    private final TabularType table;
    private final CompositeType type;

    /**
     * A chosen column.
     *
     * @param in returns the value of each flow of a page
     */
    private record Column(
            String name, OpenType<?> type, String doc, Function<FlowPage, Function<Flow, @Nullable Object>> in) {}

    private FlowPageType(List<Column> columns) throws OpenDataException {
        this.columns = columns;
        List<String> names = new ArrayList<>(List.of(RANK, FLOW_ID));
        List<String> docs =
                new ArrayList<>(List.of("Place among the flows that meet the condition, from 1.", "Its id."));
        List<OpenType<?>> types = new ArrayList<>(List.of(SimpleType.LONG, SimpleType.LONG));
        for (Column column : columns) {
            names.add(column.name);
            docs.add(column.doc);
            types.add(column.type);
        }
        CompositeType row = new CompositeType(
                "Flow",
                "One TCP flow.",
                names.toArray(String[]::new),
                docs.toArray(String[]::new),
                types.toArray(OpenType<?>[]::new));
        table = new TabularType("Flows", "TCP flows.", row, new String[] {FLOW_ID});
        type = new CompositeType("FlowPage", "Flows that meet a condition.", ITEMS, DOCS, new OpenType<?>[] {
            SimpleType.LONG, SimpleType.LONG, SimpleType.LONG, SimpleType.LONG, SimpleType.STRING, table
        });
    }

    /**
     * Returns the type of a page with these columns.
     *
     * @param chosen names of {@link FlowFieldTable}, separated by commas; the same one twice counts once
     * @throws IllegalArgumentException if there is no such value, or there are too many
     */
    static FlowPageType of(String chosen) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (String part : chosen.split(",", -1)) {
            String name = part.strip();
            if (!name.isEmpty() && !name.equals(FLOW_ID) && !columns.containsKey(name)) {
                columns.put(
                        name,
                        find(name)
                                .orElseThrow(() -> new IllegalArgumentException("invoke query: '" + name
                                        + "' is not a value of a flow; the operation describe lists them")));
            }
            if (columns.size() > MAX_COLUMNS) {
                throw new IllegalArgumentException("invoke query: give at most " + MAX_COLUMNS + " columns");
            }
        }
        try {
            return new FlowPageType(List.copyOf(columns.values()));
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("cannot define the type of a page of flows", wrong);
        }
    }

    private static Optional<Column> find(String name) {
        AttributeSpec<Flow> spec = FlowAttributeSpecs.BY_NAME.get(name);
        if (spec != null) {
            return Optional.of(new Column(
                    name, spec.type(), spec.doc(), _ -> flow -> spec.value().of(flow)));
        }
        return CounterRate.all().stream()
                .filter(rate -> rate.label().equals(name))
                .findFirst()
                .map(rate -> new Column(
                        name,
                        SimpleType.DOUBLE,
                        "Growth of " + rate.counter().label() + " per second.",
                        page -> values(new FlowMeasure.Rate(rate), page)));
    }

    private static Function<Flow, @Nullable Object> values(FlowMeasure.Rate rate, FlowPage page) {
        FlowMeasure.RateValues values = rate.in(page.snapshot());
        return flow -> values.has(flow.index()) ? values.perSecond(flow.index()) : null;
    }

    /** Returns a page as open data. */
    CompositeData data(FlowPage page, long ageMillis) {
        List<Function<Flow, @Nullable Object>> values =
                columns.stream().map(column -> column.in.apply(page)).toList();
        TabularDataSupport rows = new TabularDataSupport(table, page.flows().size() * 4 / 3 + 1, 0.75f);
        String names = String.join(",", columns.stream().map(Column::name).toList());
        try {
            for (Flow flow : page.flows()) {
                Map<String, @Nullable Object> row = new LinkedHashMap<>();
                row.put(RANK, page.offset() + rows.size() + 1L);
                row.put(FLOW_ID, flow.id());
                for (int i = 0; i < columns.size(); i++) {
                    row.put(columns.get(i).name, values.get(i).apply(flow));
                }
                rows.put(new CompositeDataSupport(table.getRowType(), row));
            }
            return new CompositeDataSupport(
                    type,
                    ITEMS,
                    Stream.of(
                                    (long) page.snapshot().flows().size(),
                                    (long) page.matched(),
                                    (long) page.offset(),
                                    ageMillis,
                                    names,
                                    rows)
                            .toArray());
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("a flow does not match its type", wrong);
        }
    }
}
