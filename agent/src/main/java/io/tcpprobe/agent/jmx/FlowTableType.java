package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import java.util.ArrayList;
import java.util.List;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;

/**
 * Flows as rows of tabular data. Every row has every field, whether the source provides it or not, so that the type is always the
 * same; absent fields are null.
 */
final class FlowTableType {
    static final String FLOW_ID = "flowId";

    private static final OpenTable<Flow> TABLE = table();

    /** The type of the tables. */
    static final TabularType TYPE = TABLE.type();

    private FlowTableType() {}

    private static OpenTable<Flow> table() {
        List<OpenTable.Column<Flow>> columns =
                new ArrayList<>(List.of(OpenTable.Column.rank("Rank in this table, from 1."), id()));
        FlowAttributeSpecs.BY_NAME.forEach((name, item) -> columns.add(OpenTable.Column.of(
                name,
                item.type(),
                item.unit().isEmpty() ? item.doc() : item.doc() + " In " + item.unit() + ".",
                item.value()::of)));
        return new OpenTable<>(names(FLOW_ID), columns);
    }

    /** Returns the column of the flow's id. */
    static OpenTable.Column<Flow> id() {
        return OpenTable.Column.of(FLOW_ID, SimpleType.LONG, "The flow's id. Newer flows have higher ids.", Flow::id);
    }

    /** Returns the names of a table of flows. */
    static OpenTable.Names names(String index) {
        return new OpenTable.Names("Flow", "One TCP flow.", "Flows", "TCP flows.", index);
    }

    /** Returns a table of these flows. */
    static TabularData of(List<Flow> flows) {
        return TABLE.of(flows);
    }
}
