package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowPage;
import io.tcpprobe.agent.flows.FlowSnapshot;
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
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;

/**
 * A page of flows with chosen columns, as open data. Besides these, a row has rank, its place among all flows that meet the condition, and
 * flowId.
 */
final class FlowPageType {
    /** Maximum number of chosen columns. */
    static final int MAX_COLUMNS = 60;

    private static final String[] ITEMS = {"total", "matched", "offset", "ageMillis", "columns", "flows"};
    private static final String[] DOCS = {
        "Number of all flows.",
        "Number of the flows that meet the condition.",
        "How many of these come before the first row.",
        "Age of the snapshot in milliseconds.",
        "The names of the columns, separated by commas.",
        "The rows; the item rank holds their order."
    };

    /** The chosen columns by name: each is made for the flows of one snapshot. */
    private final Map<String, Function<FlowSnapshot, OpenTable.Column<Flow>>> columns;

    private FlowPageType(Map<String, Function<FlowSnapshot, OpenTable.Column<Flow>>> columns) {
        this.columns = columns;
    }

    /**
     * Returns the type of a page with these columns.
     *
     * @param chosen names of {@link FlowFieldTable}, separated by commas; the same one twice counts once
     * @throws IllegalArgumentException if there is no such value, or there are too many
     */
    static FlowPageType of(String chosen) {
        Map<String, Function<FlowSnapshot, OpenTable.Column<Flow>>> columns = new LinkedHashMap<>();
        for (String part : chosen.split(",", -1)) {
            String name = part.strip();
            if (!name.isEmpty() && !name.equals(FlowTableType.FLOW_ID) && !columns.containsKey(name)) {
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
        return new FlowPageType(columns);
    }

    private static Optional<Function<FlowSnapshot, OpenTable.Column<Flow>>> find(String name) {
        AttributeSpec<Flow> spec = FlowAttributeSpecs.BY_NAME.get(name);
        if (spec != null) {
            return Optional.of(_ -> OpenTable.Column.of(name, spec.type(), spec.doc(), spec.value()::of));
        }
        return CounterRate.all().stream()
                .filter(rate -> rate.label().equals(name))
                .findFirst()
                .map(rate -> snapshot -> column(rate, snapshot));
    }

    private static OpenTable.Column<Flow> column(CounterRate rate, FlowSnapshot snapshot) {
        FlowMeasure.RateValues values = new FlowMeasure.Rate(rate).in(snapshot);
        return OpenTable.Column.of(
                rate.label(),
                SimpleType.DOUBLE,
                FlowFieldTable.docOf(rate),
                flow -> values.has(flow.index()) ? values.perSecond(flow.index()) : null);
    }

    private OpenTable<Flow> table(FlowSnapshot snapshot) {
        List<OpenTable.Column<Flow>> all = new ArrayList<>(List.of(
                OpenTable.Column.rank("Place among the flows that meet the condition, from 1."), FlowTableType.id()));
        columns.values().forEach(column -> all.add(column.apply(snapshot)));
        return new OpenTable<>(FlowTableType.names(FlowTableType.FLOW_ID), all);
    }

    /**
     * The rows of a page as open data; it does not refer to the snapshot.
     *
     * @param total number of all flows
     * @param rows the rows, of this type
     */
    record Rows(int total, int matched, int offset, TabularType type, TabularData rows) {}

    /** Returns the rows of a page. */
    Rows rows(FlowPage page) {
        OpenTable<Flow> table = table(page.snapshot());
        return new Rows(
                page.snapshot().flows().size(),
                page.matched(),
                page.offset(),
                table.type(),
                table.of(page.flows(), page.offset() + 1L));
    }

    /** Returns a page as open data. */
    CompositeData data(Rows page, long ageMillis) {
        try {
            CompositeType type =
                    new CompositeType("FlowPage", "Flows that meet a condition.", ITEMS, DOCS, new OpenType<?>[] {
                        SimpleType.LONG, SimpleType.LONG, SimpleType.LONG, SimpleType.LONG, SimpleType.STRING, page.type
                    });
            return new CompositeDataSupport(
                    type,
                    ITEMS,
                    Stream.of(
                                    (long) page.total,
                                    (long) page.matched,
                                    (long) page.offset,
                                    ageMillis,
                                    String.join(",", columns.keySet()),
                                    page.rows)
                            .toArray());
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("a page of flows makes no type", wrong);
        }
    }
}
