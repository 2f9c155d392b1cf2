package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.ProcessText;
import io.tcpprobe.agent.jmx.FlowItems;
import io.tcpprobe.agent.terminal.TableColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.IntStream;

/**
 * Flows for other programs. The names and the values are those of the MBean of a flow; the id is that of the running agent.
 *
 * @param columns the values; all that the flows have if empty
 */
record FlowRecords(List<TableColumn> columns) {
    private static final String ID = "flowId";

    /** Returns one JSON array of objects, one object a line; absent values are left out. */
    List<String> json(List<Flow> flows, Map<Integer, Long> ids) {
        List<String> lines = new ArrayList<>(List.of("["));
        IntStream.range(0, flows.size())
                .mapToObj(i -> JsonText.of(values(flows.get(i), Optional.ofNullable(ids.get(i))))
                        + (i < flows.size() - 1 ? "," : ""))
                .forEach(lines::add);
        lines.add("]");
        return lines;
    }

    /** Returns a line of names, and one for each flow (RFC 4180); an absent value is an empty text, and control characters are replaced by '?'. */
    List<String> csv(List<Flow> flows, Map<Integer, Long> ids) {
        List<Map<String, Object>> rows = IntStream.range(0, flows.size())
                .mapToObj(i -> values(flows.get(i), Optional.ofNullable(ids.get(i))))
                .toList();
        SequencedSet<String> names = new LinkedHashSet<>();
        columns.forEach(column -> names.add(name(column)));
        rows.forEach(row -> names.addAll(row.keySet()));
        List<String> lines = new ArrayList<>(List.of(Lines.csv(List.copyOf(names))));
        rows.forEach(row -> lines.add(Lines.csv(names.stream()
                .map(name -> ProcessText.name(String.valueOf(row.getOrDefault(name, ""))))
                .toList())));
        return lines;
    }

    private static String name(TableColumn column) {
        return column.isId() ? ID : column.name();
    }

    private Map<String, Object> values(Flow flow, Optional<Long> id) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (columns.isEmpty()) {
            id.ifPresent(known -> values.put(ID, known));
            values.putAll(FlowItems.of(flow));
        }
        for (TableColumn column : columns) {
            Optional<?> value = column.isId() ? id : value(column, flow);
            value.ifPresent(known -> values.put(name(column), known));
        }
        return values;
    }

    private static Optional<Object> value(TableColumn column, Flow flow) {
        if (column.measure().isPresent() && column.measure().get() instanceof FlowMeasure.Rate rate) {
            FlowMeasure.RateValues values = rate.in(flow.snapshot());
            return values.has(flow.index()) ? Optional.of(values.perSecond(flow.index())) : Optional.empty();
        }
        return FlowItems.find(flow, column.name())
                .or(() -> column.composed(flow).map(Object.class::cast));
    }
}
