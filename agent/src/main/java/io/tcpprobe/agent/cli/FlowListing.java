package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSummary;
import io.tcpprobe.agent.flows.MeasureOrder;
import io.tcpprobe.agent.terminal.FlowIdLookup;
import io.tcpprobe.agent.terminal.Line;
import io.tcpprobe.agent.terminal.Quantity;
import io.tcpprobe.agent.terminal.TerminalTable;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A snapshot as text that is printed once: a header of two lines, and a row for each of the top flows. */
final class FlowListing {
    private final TerminalTable table;
    private final int top;
    private final @Nullable CurrentNamespace namespace;
    private final Predicate<Flow> shown;
    private final FlowIdLookup ids;

    /**
     * Creates a listing.
     *
     * @param table has the columns, the order and the width
     * @param top the maximum number of flows shown
     * @param namespace the network namespace whose flows are shown; null for those of all namespaces
     * @param shown selects the flows that are shown
     * @param ids looks up the ids of the running agent; without any the column is left out
     */
    FlowListing(
            TerminalTable table,
            int top,
            @Nullable CurrentNamespace namespace,
            Predicate<Flow> shown,
            FlowIdLookup ids) {
        this.table = table;
        this.top = top;
        this.namespace = namespace;
        this.shown = shown;
        this.ids = ids;
    }

    private IntPredicate among(FlowSnapshot snapshot) {
        return index -> shown.test(new Flow(snapshot, index));
    }

    /** Returns the measures that have a column. */
    List<FlowMeasure> measures() {
        return table.columns().stream()
                .flatMap(column -> column.measure().stream())
                .toList();
    }

    /** Returns the flows that are shown, in their order. */
    List<Flow> flows(FlowSnapshot snapshot) {
        return table.order().first(snapshot, top, among(snapshot));
    }

    /** Returns the lines of the header and of the table. */
    List<Line> lines(FlowSnapshot snapshot, String source) {
        List<Flow> flows = flows(snapshot);
        List<Line> lines = new ArrayList<>();
        head(snapshot, source, flows.size()).forEach(text -> lines.add(Line.of(text)));
        lines.add(Line.of(""));
        lines.addAll(table.of(flows, ids.ids(flows)));
        return lines;
    }

    private List<String> head(FlowSnapshot snapshot, String source, int count) {
        FlowSummary summary = FlowSummary.of(snapshot, among(snapshot));
        MeasureOrder order = table.order();
        String states = summary.byState().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getValue() + " " + entry.getKey().label())
                .collect(Collectors.joining(", "));
        String ranked = "by " + order.measure().map(FlowMeasure::label).orElse("bytes transferred");
        return List.of(
                summary.count() + " flows" + (states.isEmpty() ? "" : " (" + states + ")") + waiting(snapshot, source)
                        + "; "
                        + where(snapshot, namespace).map(place -> place + "; ").orElse("") + "source " + source,
                "srtt median " + Quantity.micros(summary.medianSrttMicros()) + ", 95th percentile "
                        + Quantity.micros(summary.p95SrttMicros()) + "; first " + count + " " + ranked);
    }

    /** Counts the sockets that are not flows. The source bpf counts them in all namespaces, diag in this one. */
    private String waiting(FlowSnapshot snapshot, String source) {
        if (snapshot.socketsByState().isEmpty() || namespace != null && !source.equals("diag")) {
            return "";
        }
        return "; also " + snapshot.socketsByState().getOrDefault(TcpState.LISTEN, 0) + " listening, "
                + snapshot.socketsByState().getOrDefault(TcpState.TIME_WAIT, 0) + " in time-wait";
    }

    /** Returns where the flows are; empty for a recording. */
    static Optional<String> where(FlowSnapshot snapshot, @Nullable CurrentNamespace namespace) {
        if (snapshot.flows().size() > 0 && !snapshot.flows().hasColumn(FlowField.NETWORK_NAMESPACE)) {
            return Optional.empty();
        }
        return Optional.of(namespace == null ? "all network namespaces" : "network namespace " + namespace.text());
    }
}
