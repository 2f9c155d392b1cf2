package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;
import org.jspecify.annotations.Nullable;

/**
 * Flows as short rows of tabular data, which fit into the window of a console: the endpoints of each, its process, and what limits it. The
 * index is the rank, so that the rows of JSON are in the order of their keys. Absent values are null.
 */
final class ShortFlowTable {
    private static final OpenTable<Flow> FOUND = table(
            "Place in the order of the flow ids, from 1.", List.<OpenTable.Column<Flow>>of(), Function.identity());

    private static final OpenTable<Ranked> TOP = table(
            "Rank of the flow, from 1.",
            List.of(
                    OpenTable.Column.of(
                            "value", SimpleType.LONG, "The value that ranks; of a rate, its counter.", Ranked::value),
                    OpenTable.Column.of(
                            "rate",
                            SimpleType.DOUBLE,
                            "Growth per second, over the last window, of the counter that ranks, or whose rate ranks; null without"
                                    + " a window, and of a value that is not a counter.",
                            Ranked::perSecond)),
            Ranked::flow);

    private ShortFlowTable() {}

    /**
     * A flow in a ranking.
     *
     * @param measure what ranks it
     */
    private record Ranked(Flow flow, FlowMeasure measure) {
        @Nullable
        Object value() {
            FlowMeasure.Values values = measure.total().in(flow.snapshot());
            return values.has(flow.index()) ? values.number(flow.index()) : null;
        }

        @Nullable
        Object perSecond() {
            return measure.rate().map(rate -> rate.in(flow.snapshot())).stream()
                    .filter(values -> values.has(flow.index()))
                    .map(values -> values.perSecond(flow.index()))
                    .findFirst()
                    .orElse(null);
        }
    }

    private static <R> OpenTable<R> table(String rank, List<OpenTable.Column<R>> further, Function<R, Flow> flow) {
        List<OpenTable.Column<R>> columns = new ArrayList<>();
        columns.add(OpenTable.Column.rank(rank));
        columns.addAll(further);
        Stream.of(
                        FlowText.LOCAL.label(),
                        FlowText.REMOTE.label(),
                        FlowText.PROCESS.label(),
                        FlowField.STATE.label(),
                        VerdictField.VERDICT.label())
                .map(name -> Objects.requireNonNull(FlowAttributeSpecs.BY_NAME.get(name), name))
                .forEach(spec -> columns.add(OpenTable.Column.of(
                        spec.name(),
                        spec.type(),
                        spec.doc(),
                        row -> spec.value().of(flow.apply(row)))));
        OpenTable.Column<Flow> id = FlowTableType.id();
        columns.add(new OpenTable.Column<>(
                id.name(), id.type(), id.doc(), (place, row) -> id.value().of(place, flow.apply(row))));
        return new OpenTable<>(FlowTableType.names(OpenTable.RANK), columns);
    }

    /** Returns the type of {@link #top}. */
    static TabularType typeOfTop() {
        return TOP.type();
    }

    /** Returns the type of {@link #found}. */
    static TabularType typeOfFound() {
        return FOUND.type();
    }

    /** Returns a table of ranked flows, with the value that ranks them. */
    static TabularData top(List<Flow> flows, FlowMeasure measure) {
        return TOP.of(flows.stream().map(flow -> new Ranked(flow, measure)).toList());
    }

    /** Returns a table of flows in the given order. */
    static TabularData found(List<Flow> flows) {
        return FOUND.of(flows);
    }
}
