package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
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

/**
 * Flows as rows of tabular data. Every row has every field, whether the source provides it or not, so that the type is always the
 * same; absent fields are null. The item rank holds the order, which JSON objects do not preserve.
 */
final class FlowTableType {
    private static final String RANK = "rank";
    private static final String FLOW_ID = "flowId";

    /** The type of the tables. */
    static final TabularType TYPE = type();

    private FlowTableType() {}

    private static TabularType type() {
        Map<String, String> docs = new LinkedHashMap<>();
        Map<String, OpenType<?>> types = new LinkedHashMap<>();
        docs.put(RANK, "Rank in this table, from 1.");
        types.put(RANK, SimpleType.LONG);
        docs.put(FLOW_ID, "The flow's id. Newer flows have higher ids.");
        types.put(FLOW_ID, SimpleType.LONG);
        FlowAttributeSpecs.BY_NAME.forEach((name, item) -> {
            docs.put(name, item.unit().isEmpty() ? item.doc() : item.doc() + " In " + item.unit() + ".");
            types.put(name, item.type());
        });
        String[] names = types.keySet().toArray(String[]::new);
        try {
            CompositeType row = new CompositeType(
                    "Flow",
                    "One TCP flow.",
                    names,
                    docs.values().toArray(String[]::new),
                    types.values().toArray(OpenType<?>[]::new));
            return new TabularType("Flows", "TCP flows.", row, new String[] {FLOW_ID});
        } catch (OpenDataException wrong) {
            throw new IllegalStateException("cannot define the type of a flow", wrong);
        }
    }

    /** Returns a table of these flows. */
    static TabularData of(List<Flow> flows) {
        TabularDataSupport table = new TabularDataSupport(TYPE, flows.size() * 4 / 3 + 1, 0.75f);
        for (Flow flow : flows) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put(RANK, table.size() + 1L);
            row.put(FLOW_ID, flow.id());
            FlowAttributeSpecs.BY_NAME.forEach(
                    (name, item) -> row.put(name, item.value().of(flow)));
            try {
                table.put(new CompositeDataSupport(TYPE.getRowType(), row));
            } catch (OpenDataException wrong) {
                throw new IllegalStateException("a flow does not match its type", wrong);
            }
        }
        return table;
    }
}
