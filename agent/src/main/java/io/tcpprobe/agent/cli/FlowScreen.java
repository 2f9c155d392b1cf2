package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowFigures;
import io.tcpprobe.agent.flows.FlowRanking;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.FlowField;
import io.tcpprobe.kernel.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A snapshot for the terminal: a head of two lines, and a row for each of the flows that come first. */
final class FlowScreen {
    /** The fields that have a column, those first that a narrow terminal must have. */
    private static final List<FlowField> FIELDS = List.of(
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
            FlowField.RECEIVE_QUEUE);

    private static final long NO_SSTHRESH = 0x7fff_ffffL;

    private final @Nullable FlowField by;
    private final int top;
    private final int width;

    /**
     * A screen.
     *
     * @param by the field that ranks the flows; null for how busy they are
     * @param top how many flows are shown
     * @param width columns of characters that the terminal has; fields that do not fit are left out, whole
     */
    FlowScreen(@Nullable FlowField by, int top, int width) {
        this.by = by;
        this.top = top;
        this.width = width;
    }

    List<String> lines(FlowSnapshot snapshot, String source) {
        List<Flow> flows = by == null ? FlowRanking.busiest(snapshot, top) : FlowRanking.top(snapshot, by, top);
        List<FlowField> fields = new ArrayList<>(FIELDS);
        if (by != null) {
            fields.remove(by);
            fields.addFirst(by);
        }
        List<String> lines = new ArrayList<>(head(snapshot, source, flows.size()));
        lines.add("");
        lines.addAll(table(flows, fields));
        return lines;
    }

    private List<String> table(List<Flow> flows, List<FlowField> fields) {
        List<String> headings = new ArrayList<>(List.of(">id", "state", "local", "remote", "cc"));
        fields.forEach(field -> headings.add(">" + field.label()));
        TextTable table = new TextTable(headings.toArray(String[]::new));
        for (Flow flow : flows) {
            List<String> cells = new ArrayList<>(List.of(
                    Long.toString(flow.id()),
                    state(flow),
                    flow.local(),
                    flow.remote(),
                    flow.text(FlowField.CONGESTION_CONTROL)));
            fields.forEach(field -> cells.add(cell(flow, field)));
            table.row(cells.toArray(String[]::new));
        }
        return table.lines(width);
    }

    private List<String> head(FlowSnapshot snapshot, String source, int shown) {
        FlowFigures figures = FlowFigures.of(snapshot);
        String states = figures.byState().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getValue() + " " + entry.getKey().label())
                .collect(Collectors.joining(", "));
        String waiting = snapshot.socketsByState().isEmpty()
                ? ""
                : "; beside them " + snapshot.socketsByState().getOrDefault(TcpState.LISTEN, 0) + " listening, "
                        + snapshot.socketsByState().getOrDefault(TcpState.TIME_WAIT, 0) + " in time-wait";
        String ranked = by == null ? "by bytes moved" : "by " + by.label();
        return List.of(
                snapshot.flows().size() + " flows" + (states.isEmpty() ? "" : " (" + states + ")") + waiting
                        + "; source " + source,
                "srtt median " + micros(figures.medianSrttMicros()) + ", 95th percentile "
                        + micros(figures.p95SrttMicros()) + "; the first " + shown + " " + ranked);
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

    private static String cell(Flow flow, FlowField field) {
        if (!flow.has(field)) {
            return "-";
        }
        long value = flow.number(field);
        if (field == FlowField.SSTHRESH && value == NO_SSTHRESH) {
            return "-"; // not set yet
        }
        return field.unit() == Unit.MICROSECONDS
                ? micros(value)
                : field.unit() == Unit.BYTES
                        ? scaled(value, "B")
                        : field.unit() == Unit.BYTES_PER_SECOND ? scaled(value, "B/s") : Long.toUnsignedString(value);
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
