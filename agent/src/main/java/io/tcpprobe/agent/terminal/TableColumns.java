package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.CounterRate;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.FlowValue;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** All columns that the table of flows can have, and those that it has unless others are chosen. */
public final class TableColumns {
    /** The flow's id in the running agent. */
    static final TableColumn ID =
            new TableColumn("id", "id", TableColumn.Kind.NUMBER, Optional.empty(), TableColumn.Row::id);

    /** What limits the flow, with its share. */
    static final TableColumn LIMITED_BY = new TableColumn(
            "limitedBy", "limited by", TableColumn.Kind.VERDICT, Optional.empty(), row -> VerdictText.of(row.flow()));

    private static final Map<FlowField, String> HEADINGS = Map.of(
            FlowField.BYTES_ACKED, "acked",
            FlowField.BYTES_RECEIVED, "received",
            FlowField.BYTES_SENT, "sent",
            FlowField.BYTES_RETRANS, "retransB",
            FlowField.CONGESTION_CONTROL, "cc",
            FlowField.NETWORK_NAMESPACE, "netns",
            FlowField.RECEIVE_QUEUE, "recvQueue",
            FlowField.DELIVERY_RATE, "delivery");

    private static final Map<String, TableColumn> BY_NAME = byName();

    /** The columns of values with a measure, unless others are chosen; the most important first. */
    private static final List<TableColumn> MEASURES = Stream.of(
                    rate(FlowField.BYTES_ACKED),
                    rate(FlowField.BYTES_RECEIVED),
                    FlowField.SRTT.label(),
                    FlowField.RETRANS.label(),
                    FlowField.CWND.label(),
                    FlowField.IN_FLIGHT.label(),
                    FlowField.SEND_QUEUE.label(),
                    FlowField.BYTES_ACKED.label(),
                    FlowField.BYTES_RECEIVED.label(),
                    FlowField.DELIVERY_RATE.label(),
                    rate(FlowField.RETRANS),
                    FlowField.RTTVAR.label(),
                    FlowField.RTO.label(),
                    FlowField.SSTHRESH.label(),
                    FlowField.LOST.label(),
                    FlowField.RECEIVE_QUEUE.label())
            .map(TableColumns::required)
            .toList();

    /** The columns that a narrow terminal has, the most important first; the others follow in their order. */
    private static final List<TableColumn> IMPORTANT = Stream.of(
                    Stream.of(required(FlowText.REMOTE.label()), LIMITED_BY, required(FlowText.PROCESS.label())),
                    MEASURES.stream().limit(2),
                    Stream.of(required(FlowText.LOCAL.label())),
                    MEASURES.stream().skip(2).limit(3),
                    Stream.of(required(FlowField.STATE.label()), required(FlowField.NETWORK_NAMESPACE.label()), ID))
            .flatMap(columns -> columns)
            .toList();

    private TableColumns() {}

    private static String rate(FlowField counter) {
        return new CounterRate(counter).label();
    }

    private static TableColumn required(String name) {
        return find(name).orElseThrow();
    }

    private static Map<String, TableColumn> byName() {
        Map<String, TableColumn> columns = new LinkedHashMap<>();
        Stream.of(
                        Stream.of(ID, LIMITED_BY),
                        FlowText.all().stream().map(TableColumns::of),
                        FlowField.all().stream().map(TableColumns::of),
                        VerdictField.all().stream().map(TableColumns::of),
                        CounterRate.all().stream().map(rate -> of(new FlowMeasure.Rate(rate))))
                .flatMap(more -> more)
                .forEach(column -> columns.put(column.name().toLowerCase(Locale.ROOT), column));
        return columns;
    }

    private static TableColumn of(FlowText text) {
        Function<Flow, String> shown = ValueText.formatter(text);
        return new TableColumn(
                text.label(),
                text.label(),
                switch (text) {
                    case LOCAL, REMOTE -> TableColumn.Kind.ENDPOINT;
                    case PROCESS, CONTAINER, POD -> TableColumn.Kind.NAME;
                },
                Optional.empty(),
                row -> shown.apply(row.flow()));
    }

    private static TableColumn of(FlowValue value) {
        Function<Flow, String> text = ValueText.formatter(value);
        String heading = value instanceof FlowField field ? HEADINGS.getOrDefault(field, field.label()) : value.label();
        return new TableColumn(
                value.label(),
                heading,
                value.numeric() && value.unit() != Unit.NONE || value.rankable()
                        ? TableColumn.Kind.NUMBER
                        : TableColumn.Kind.TEXT,
                value.rankable() ? Optional.of(measure(value)) : Optional.empty(),
                row -> text.apply(row.flow()));
    }

    private static FlowMeasure measure(FlowValue value) {
        return switch (value) {
            case FlowField field -> new FlowMeasure.Field(field);
            case VerdictField computed -> new FlowMeasure.Computed(computed);
            case FlowText text -> throw new IllegalArgumentException(text + " is not a measure");
        };
    }

    private static TableColumn of(FlowMeasure.Rate rate) {
        FlowField counter = rate.counterRate().counter();
        return new TableColumn(
                rate.label(),
                HEADINGS.getOrDefault(counter, counter.label()) + "/s",
                TableColumn.Kind.NUMBER,
                Optional.of(rate),
                row -> text(rate, row.flow()));
    }

    /** Returns the value of a measure of a flow. */
    static String text(FlowMeasure measure, Flow flow) {
        FlowMeasure.Values values = measure.in(flow.snapshot());
        return values.has(flow.index()) ? Quantity.of(values.number(flow.index()), measure.unit()) : ValueText.ABSENT;
    }

    /** Returns the column of this name, in any case. */
    public static Optional<TableColumn> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Returns all columns. */
    public static List<TableColumn> all() {
        return List.copyOf(BY_NAME.values());
    }

    /**
     * Returns the columns that are shown unless others are chosen, from left to right.
     *
     * @param by the measure that ranks at first; its total and its rate are the first numbers
     * @param namespaces true to show the network namespace
     */
    public static List<TableColumn> initial(Optional<FlowMeasure> by, boolean namespaces) {
        List<TableColumn> columns = new ArrayList<>(List.of(ID));
        columns.add(required(FlowField.STATE.label()));
        Stream.of(FlowText.LOCAL, FlowText.REMOTE, FlowText.PROCESS)
                .forEach(text -> columns.add(required(text.label())));
        if (namespaces) {
            columns.add(required(FlowField.NETWORK_NAMESPACE.label()));
        }
        columns.add(LIMITED_BY);
        columns.add(required(FlowField.CONGESTION_CONTROL.label()));
        Stream<String> ranked = by.stream()
                .flatMap(measure -> Stream.concat(
                        Stream.of(measure.label(), measure.total().label()),
                        measure.rate().stream().map(FlowMeasure::label)));
        Stream.concat(ranked.map(TableColumns::required), MEASURES.stream())
                .distinct()
                .forEach(columns::add);
        return columns;
    }

    /** Returns the columns with that of the measure that ranks, which is put before the first number if it is not among them. */
    static List<TableColumn> with(Optional<FlowMeasure> by, List<TableColumn> columns) {
        Optional<TableColumn> ranked = by.map(FlowMeasure::label).map(TableColumns::required);
        if (ranked.isEmpty() || columns.contains(ranked.get())) {
            return columns;
        }
        List<TableColumn> more = new ArrayList<>(columns);
        int first = 0;
        while (first < more.size() && more.get(first).measure().isEmpty()) {
            first++;
        }
        more.add(first, ranked.get());
        return more;
    }

    /** Returns the indexes of the columns that are never dropped: those of the remote endpoint and of the measure that ranks. */
    static List<Integer> never(List<TableColumn> columns, Optional<FlowMeasure> by) {
        return Stream.concat(Stream.of(FlowText.REMOTE.label()), by.map(FlowMeasure::label).stream())
                .map(TableColumns::required)
                .map(columns::indexOf)
                .filter(index -> index >= 0)
                .toList();
    }

    /** Returns the indexes of columns, that of the one to be dropped first last; those of {@link #never} are the first. */
    static List<Integer> byImportance(List<TableColumn> columns, Optional<FlowMeasure> by) {
        return Stream.of(never(columns, by).stream().map(columns::get), IMPORTANT.stream(), columns.stream())
                .flatMap(some -> some)
                .map(columns::indexOf)
                .filter(index -> index >= 0)
                .distinct()
                .toList();
    }
}
