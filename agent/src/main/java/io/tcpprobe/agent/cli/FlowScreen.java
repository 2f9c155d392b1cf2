package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowRanking;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSummary;
import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A snapshot as text for the terminal: a header of two lines, and a row for each of the top flows. */
final class FlowScreen {
    /** The measures that have a column, the most important first: a narrow terminal shows only the first ones. */
    private static final List<FlowMeasure> MEASURES = Stream.of(
                    FlowField.CWND,
                    FlowField.SRTT,
                    FlowField.RETRANS,
                    FlowField.IN_FLIGHT,
                    FlowField.SEND_QUEUE,
                    FlowField.BYTES_ACKED,
                    FlowField.BYTES_RECEIVED,
                    FlowField.DELIVERY_RATE,
                    FlowField.RTTVAR,
                    FlowField.RTO,
                    FlowField.SSTHRESH,
                    FlowField.LOST,
                    FlowField.RECEIVE_QUEUE)
            .<FlowMeasure>map(FlowMeasure.Field::new)
            .toList();

    private static final long NO_SSTHRESH = 0x7fff_ffffL;

    private final @Nullable FlowMeasure by;
    private final int top;
    private final int width;
    private final @Nullable CurrentNamespace namespace;
    private final FlowIdLookup ids;

    /**
     * Creates a screen.
     *
     * @param by the measure that ranks the flows; null to rank by activity
     * @param top the maximum number of flows shown
     * @param width the terminal's width in columns; a field that does not fit is left out completely
     * @param namespace the network namespace whose flows are shown; null for those of all namespaces
     * @param ids looks up the ids of the running agent; without any the column is left out
     */
    FlowScreen(@Nullable FlowMeasure by, int top, int width, @Nullable CurrentNamespace namespace, FlowIdLookup ids) {
        this.by = by;
        this.top = top;
        this.width = width;
        this.namespace = namespace;
        this.ids = ids;
    }

    /** Returns true if the flow is in the namespace that is shown; recorded flows may have none. */
    private boolean shown(FlowSnapshot snapshot, int index) {
        FlowColumns flows = snapshot.flows();
        return namespace == null
                || !flows.has(FlowField.NETWORK_NAMESPACE, index)
                || flows.number(FlowField.NETWORK_NAMESPACE, index) == namespace.number();
    }

    List<String> lines(FlowSnapshot snapshot, String source) {
        IntPredicate among = index -> shown(snapshot, index);
        List<Flow> flows =
                by == null ? FlowRanking.busiest(snapshot, top, among) : FlowRanking.top(snapshot, by, top, among);
        List<FlowMeasure> measures = new ArrayList<>(MEASURES);
        if (by != null) {
            by.rate().ifPresent(measures::addFirst);
            measures.remove(by.total());
            measures.addFirst(by.total());
            measures.remove(by);
            measures.addFirst(by);
        }
        List<String> lines = new ArrayList<>(head(snapshot, source, flows.size(), among));
        lines.add("");
        lines.addAll(table(flows, measures));
        return lines;
    }

    private List<String> table(List<Flow> flows, List<FlowMeasure> measures) {
        Map<Integer, Long> known = ids.ids(flows);
        List<String> headings = new ArrayList<>();
        if (!known.isEmpty()) {
            headings.add(">id");
        }
        headings.addAll(List.of("state", "local", "remote", "process"));
        if (namespace == null) {
            headings.add(">netns");
        }
        headings.addAll(List.of("limited by", "cc"));
        measures.forEach(measure -> headings.add(">" + measure.label()));
        TextTable table = new TextTable(headings.toArray(String[]::new));
        for (int i = 0; i < flows.size(); i++) {
            table.row(row(flows.get(i), measures, known.isEmpty() ? null : known.getOrDefault(i, 0L)));
        }
        return table.lines(width);
    }

    private String[] row(Flow flow, List<FlowMeasure> measures, @Nullable Long id) {
        List<String> cells = new ArrayList<>();
        if (id != null) {
            cells.add(id == 0 ? "-" : id.toString());
        }
        cells.addAll(List.of(state(flow), flow.local(), flow.remote(), process(flow)));
        if (namespace == null) {
            cells.add(
                    flow.has(FlowField.NETWORK_NAMESPACE)
                            ? Long.toString(flow.number(FlowField.NETWORK_NAMESPACE))
                            : "-");
        }
        cells.add(limit(flow));
        cells.add(flow.text(FlowField.CONGESTION_CONTROL));
        measures.forEach(measure -> cells.add(cell(flow, measure)));
        return cells.toArray(String[]::new);
    }

    private static String process(Flow flow) {
        return flow.has(FlowText.PROCESS) ? flow.text(FlowText.PROCESS) : "-";
    }

    private List<String> head(FlowSnapshot snapshot, String source, int shown, IntPredicate among) {
        FlowSummary figures = FlowSummary.of(snapshot, among);
        String states = figures.byState().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getValue() + " " + entry.getKey().label())
                .collect(Collectors.joining(", "));
        String ranked = by == null ? "by bytes transferred" : "by " + by.label();
        return List.of(
                figures.count() + " flows" + (states.isEmpty() ? "" : " (" + states + ")") + waiting(snapshot, source)
                        + "; " + where(snapshot) + "source " + source,
                "srtt median " + micros(figures.medianSrttMicros()) + ", 95th percentile "
                        + micros(figures.p95SrttMicros()) + "; first " + shown + " " + ranked);
    }

    /** Counts the sockets that are not flows. The source bpf counts them in all namespaces, diag in this one. */
    private String waiting(FlowSnapshot snapshot, String source) {
        if (snapshot.socketsByState().isEmpty() || namespace != null && !source.equals("diag")) {
            return "";
        }
        return "; also " + snapshot.socketsByState().getOrDefault(TcpState.LISTEN, 0) + " listening, "
                + snapshot.socketsByState().getOrDefault(TcpState.TIME_WAIT, 0) + " in time-wait";
    }

    private String where(FlowSnapshot snapshot) {
        if (snapshot.flows().size() > 0 && !snapshot.flows().hasColumn(FlowField.NETWORK_NAMESPACE)) {
            return ""; // a recording
        }
        return namespace == null ? "all network namespaces; " : "network namespace " + namespace.text() + "; ";
    }

    private static String state(Flow flow) {
        if (!flow.has(FlowField.STATE)) {
            return "-";
        }
        long number = flow.number(FlowField.STATE);
        return Optional.ofNullable(TcpState.ofMib((int) number))
                .map(TcpState::label)
                .orElse("?");
    }

    private static String micros(OptionalLong value) {
        return value.isEmpty() ? "-" : micros(value.getAsLong());
    }

    /** Returns what limits a flow over the last second: "rwnd 98%"; of a flow that sends nothing, as receiver. */
    private static String limit(Flow flow) {
        boolean sends = flow.number(VerdictField.VERDICT) != Verdict.IDLE.number();
        boolean receives = flow.has(VerdictField.RECEIVER_VERDICT)
                && flow.number(VerdictField.RECEIVER_VERDICT) != Verdict.IDLE.number();
        return sends || !receives
                ? limit(flow, VerdictField.VERDICT, VerdictField.VERDICT_SHARE)
                : limit(flow, VerdictField.RECEIVER_VERDICT, VerdictField.RECEIVER_SHARE);
    }

    private static String limit(Flow flow, VerdictField verdict, VerdictField share) {
        return flow.has(share) ? VerdictText.of(flow.text(verdict), flow.number(share)) : "-";
    }

    private static String cell(Flow flow, FlowMeasure measure) {
        FlowMeasure.Values values = measure.in(flow.snapshot());
        if (!values.has(flow.index())) {
            return "-";
        }
        long value = values.number(flow.index());
        if (measure.label().equals(FlowField.SSTHRESH.label()) && value == NO_SSTHRESH) {
            return "-"; // not set yet
        }
        Unit unit = measure.unit();
        return unit == Unit.MICROSECONDS
                ? micros(value)
                : unit == Unit.BYTES
                        ? scaled(value, "B")
                        : unit == Unit.BYTES_PER_SECOND ? scaled(value, "B/s") : Long.toUnsignedString(value);
    }

    private static String micros(long value) {
        if (value < 1_000) {
            return value + "us";
        }
        return value < 1_000_000
                ? String.format(Locale.ROOT, "%.1fms", value / 1e3)
                : String.format(Locale.ROOT, "%.2fs", value / 1e6);
    }

    private static String scaled(long value, String unit) {
        double rest = value;
        int step = 0;
        while (rest >= 1000 && step < 5) {
            rest /= 1000;
            step++;
        }
        return step == 0 ? value + unit : String.format(Locale.ROOT, "%.1f%c%s", rest, "kMGTP".charAt(step - 1), unit);
    }
}
