package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/**
 * Flows as short rows of tabular data, which fit into the window of a console: the endpoints of each, its process, and what limits it. The
 * index is the rank, so that the rows of JSON are in the order of their keys. Absent values are null.
 */
final class ShortFlowTable {
    private static final String RANK = "rank";
    private static final String VALUE = "value";
    private static final String RATE = "rate";
    private static final String FLOW_ID = "flowId";

    private static final ShortFlowTable TOP = new ShortFlowTable(true);
    private static final ShortFlowTable FOUND = new ShortFlowTable(false);

    private final Map<String, AttributeSpec<Flow>> columns = new LinkedHashMap<>();
    private final TabularType type;

    private ShortFlowTable(boolean ranked) {
        Map<String, String> docs = new LinkedHashMap<>();
        Map<String, OpenType<?>> types = new LinkedHashMap<>();
        docs.put(RANK, ranked ? "Rank of the flow, from 1." : "Place in the order of the flow ids, from 1.");
        types.put(RANK, SimpleType.LONG);
        if (ranked) {
            docs.put(VALUE, "The value that ranks; of a rate, its counter.");
            types.put(VALUE, SimpleType.LONG);
            docs.put(
                    RATE,
                    "Growth per second, over the last window, of the counter that ranks, or whose rate ranks; null without a window, and"
                            + " of a value that is not a counter.");
            types.put(RATE, SimpleType.DOUBLE);
        }
        for (String name : List.of(
                FlowText.LOCAL.label(),
                FlowText.REMOTE.label(),
                FlowText.PROCESS.label(),
                FlowField.STATE.label(),
                VerdictField.VERDICT.label())) {
            AttributeSpec<Flow> spec = Objects.requireNonNull(FlowAttributeSpecs.BY_NAME.get(name), name);
            columns.put(name, spec);
            docs.put(name, spec.doc());
            types.put(name, spec.type());
        }
        docs.put(FLOW_ID, "The flow's id. Newer flows have higher ids.");
        types.put(FLOW_ID, SimpleType.LONG);
        try {
            CompositeType row = new CompositeType(
                    "Flow",
                    "One TCP flow.",
                    types.keySet().toArray(String[]::new),
                    docs.values().toArray(String[]::new),
                    types.values().toArray(OpenType<?>[]::new));
            type = new TabularType("Flows", "TCP flows.", row, new String[] {RANK});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("cannot define the type of a short row of a flow", wrong);
        }
    }

    /** Returns the type of {@link #top}. */
    static TabularType typeOfTop() {
        return TOP.type;
    }

    /** Returns the type of {@link #found}. */
    static TabularType typeOfFound() {
        return FOUND.type;
    }

    /** Returns a table of ranked flows, with the value that ranks them. */
    static TabularData top(List<Flow> flows, FlowMeasure measure) {
        return TOP.table(flows, (row, flow) -> {
            FlowMeasure.Values values = measure.total().in(flow.snapshot());
            row.put(VALUE, values.has(flow.index()) ? values.number(flow.index()) : null);
            row.put(RATE, measure.rate().map(rate -> perSecond(rate, flow)).orElse(null));
        });
    }

    /** Returns a table of flows in the given order. */
    static TabularData found(List<Flow> flows) {
        return FOUND.table(flows, (_, _) -> {});
    }

    /** Adds the values of a flow that only one of the tables has. */
    @FunctionalInterface
    private interface Further {
        void add(Map<String, @Nullable Object> row, Flow flow);
    }

    private TabularData table(List<Flow> flows, Further further) {
        TabularDataSupport table = new TabularDataSupport(type, flows.size() * 4 / 3 + 1, 0.75f);
        for (Flow flow : flows) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put(RANK, table.size() + 1L);
            further.add(row, flow);
            columns.forEach((name, spec) -> row.put(name, spec.value().of(flow)));
            row.put(FLOW_ID, flow.id());
            try {
                table.put(new CompositeDataSupport(type.getRowType(), row));
            } catch (OpenDataException wrong) {
                throw new IllegalStateException("a flow does not match its type", wrong);
            }
        }
        return table;
    }

    private static @Nullable Double perSecond(FlowMeasure.Rate rate, Flow flow) {
        FlowMeasure.RateValues values = rate.in(flow.snapshot());
        return values.has(flow.index()) ? values.perSecond(flow.index()) : null;
    }
}
