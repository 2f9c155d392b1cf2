package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.kernel.flow.CounterRate;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.FlowValue;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** All that is known about one flow: who it is, what limits it and what to do, its course, and its values in groups. */
final class DetailPage {
    private static final String GAP = "   ";
    private static final String INDENT = "  ";

    /** The group of all other values. Without rates, so that a snapshot need not keep all counters. */
    private static final String OTHERS = "Other";

    private static final Map<String, List<FlowValue>> GROUPS = new LinkedHashMap<>();

    static {
        GROUPS.put(
                "Limits",
                List.of(
                        VerdictField.APP_SHARE,
                        VerdictField.RWND_SHARE,
                        VerdictField.SNDBUF_SHARE,
                        VerdictField.NET_SHARE,
                        VerdictField.PACING_SHARE,
                        VerdictField.RECOVERY_SHARE,
                        VerdictField.LOCAL_SHARE,
                        VerdictField.VERDICT_CONFIDENCE));
        GROUPS.put(
                "Windows and queues",
                List.of(
                        FlowField.CWND,
                        FlowField.SSTHRESH,
                        FlowField.IN_FLIGHT,
                        FlowField.SEND_WINDOW,
                        FlowField.RECEIVE_WINDOW,
                        FlowField.SEND_QUEUE,
                        FlowField.NOT_SENT,
                        FlowField.RECEIVE_QUEUE,
                        FlowField.SEND_BUFFER,
                        FlowField.RECEIVE_BUFFER,
                        FlowField.MSS));
        GROUPS.put(
                "Round trips",
                List.of(
                        FlowField.SRTT,
                        FlowField.RTTVAR,
                        FlowField.MIN_RTT,
                        FlowField.RTT_P50,
                        FlowField.RTT_P90,
                        FlowField.RTT_P99,
                        FlowField.RTT_MAX,
                        FlowField.RTO,
                        FlowField.HANDSHAKE_TIME));
        GROUPS.put(
                "Volume",
                List.of(
                        FlowField.BYTES_ACKED,
                        FlowField.BYTES_RECEIVED,
                        FlowField.BYTES_SENT,
                        FlowField.SEGS_OUT,
                        FlowField.SEGS_IN,
                        FlowField.DELIVERY_RATE,
                        FlowField.PACING_RATE));
        GROUPS.put(
                "Loss and trouble",
                List.of(
                        FlowField.RETRANS,
                        FlowField.BYTES_RETRANS,
                        FlowField.LOST,
                        FlowField.TIMEOUTS,
                        FlowField.FAST_RETRANSMITS,
                        FlowField.DSACK_DUPS,
                        FlowField.OUT_OF_ORDER,
                        FlowField.REORDER_SEEN,
                        FlowField.ZERO_WINDOWS_RECEIVED,
                        FlowField.ZERO_WINDOWS_SENT,
                        FlowField.DROPS));
    }

    /** Fields that the first lines show. */
    private static final Set<FlowField> AT_THE_TOP = EnumSet.of(
            FlowField.LOCAL_ADDRESS,
            FlowField.LOCAL_ADDRESS_TYPE,
            FlowField.LOCAL_PORT,
            FlowField.REMOTE_ADDRESS,
            FlowField.REMOTE_ADDRESS_TYPE,
            FlowField.REMOTE_PORT,
            FlowField.STATE,
            FlowField.CONGESTION_CONTROL,
            FlowField.PID,
            FlowField.COMMAND,
            FlowField.UID,
            FlowField.NETWORK_NAMESPACE,
            FlowField.FIRST_SEEN);

    private final int width;
    private final Glyphs glyphs;

    DetailPage(int width, Glyphs glyphs) {
        this.width = Math.max(Wrapping.MIN_COLUMNS, width);
        this.glyphs = glyphs;
    }

    /**
     * Returns the lines.
     *
     * @param live false if the flow has ended, and these are its last values
     */
    List<Line> lines(Flow flow, boolean live, FlowTrack track) {
        List<Line> lines = new ArrayList<>();
        if (!live) {
            lines.add(Line.of(Style.BOLD, "This flow has ended; its last values:"));
        }
        addText(lines, "local", flow.local());
        addText(lines, "remote", flow.remote());
        addText(lines, "process", identity(flow));
        for (FlowText text : List.of(FlowText.CONTAINER, FlowText.POD)) {
            addText(lines, text.label(), flow.has(text) ? flow.text(text) : "");
        }
        addText(lines, "limited by", verdicts(flow), VerdictText.style(flow));
        addText(lines, "evidence", flow.text(VerdictField.EVIDENCE));
        addText(lines, "advice", flow.text(VerdictField.ADVICE));
        lines.add(Line.EMPTY);
        lines.addAll(track.lines(width, glyphs));
        GROUPS.forEach((name, values) -> addGroup(lines, name, values, flow));
        addGroup(lines, OTHERS, others(), flow);
        return lines;
    }

    private static List<FlowValue> others() {
        List<FlowValue> shown = GROUPS.values().stream().flatMap(List::stream).toList();
        return FlowField.all().stream()
                .filter(field -> !AT_THE_TOP.contains(field) && !shown.contains(field))
                .map(FlowValue.class::cast)
                .toList();
    }

    private void addText(List<Line> lines, String label, String text) {
        addText(lines, label, text, Style.PLAIN);
    }

    private void addText(List<Line> lines, String label, String text, Style style) {
        if (text.isEmpty()) {
            return;
        }
        String head = label + ": ";
        List<String> wrapped = Wrapping.lines(head + text, width, "", INDENT);
        String first = wrapped.getFirst();
        int cut = Math.min(head.length(), first.length());
        lines.add(Line.of(Style.LABEL, first.substring(0, cut)).plus(style, first.substring(cut)));
        wrapped.stream().skip(1).forEach(more -> lines.add(Line.of(style, more)));
    }

    private static String identity(Flow flow) {
        List<String> parts = new ArrayList<>();
        parts.add(flow.has(FlowText.PROCESS) ? flow.text(FlowText.PROCESS) : "unknown");
        parts.add("uid " + ValueText.formatter(FlowField.UID).apply(flow));
        parts.add(ValueText.formatter(FlowField.STATE).apply(flow));
        parts.add(ValueText.formatter(FlowField.CONGESTION_CONTROL).apply(flow));
        parts.add("network namespace "
                + ValueText.formatter(FlowField.NETWORK_NAMESPACE).apply(flow));
        parts.add("since " + ValueText.formatter(FlowField.FIRST_SEEN).apply(flow));
        return String.join(", ", parts);
    }

    private static String verdicts(Flow flow) {
        String cause = flow.text(VerdictField.NETWORK_CAUSE);
        return VerdictText.of(flow, VerdictField.VERDICT, VerdictField.VERDICT_SHARE)
                + (cause.isEmpty() ? "" : " (" + cause + ")") + " as sender, "
                + VerdictText.of(flow, VerdictField.RECEIVER_VERDICT, VerdictField.RECEIVER_SHARE) + " as receiver, "
                + VerdictText.of(flow, VerdictField.LIFE_VERDICT, VerdictField.LIFE_SHARE) + " over its life";
    }

    private void addGroup(List<Line> lines, String name, List<FlowValue> values, Flow flow) {
        List<String[]> cells = values.stream()
                .map(value -> new String[] {
                    value.label(),
                    ValueText.formatter(value).apply(flow) + (name.equals(OTHERS) ? "" : rate(value, flow))
                })
                .filter(cell -> !cell[1].equals(ValueText.ABSENT))
                .toList();
        if (cells.isEmpty()) {
            return;
        }
        lines.add(Line.EMPTY);
        lines.add(Line.of(Style.BOLD, name));
        int labels = widest(cells.stream().map(cell -> cell[0]));
        int texts = widest(cells.stream().map(cell -> cell[1]));
        int across = Math.max(1, (width + GAP.length()) / (labels + 1 + texts + GAP.length()));
        int down = (cells.size() + across - 1) / across;
        for (int row = 0; row < down; row++) {
            Line line = Line.EMPTY;
            for (int i = row; i < cells.size(); i += down) {
                String[] cell = cells.get(i);
                line = line.plus(Style.PLAIN, i == row ? "" : GAP)
                        .plus(Style.LABEL, cell[0])
                        .plus(
                                Style.PLAIN,
                                " ".repeat(labels - cell[0].length() + 1 + texts - cell[1].length()) + cell[1]);
            }
            lines.add(line);
        }
    }

    private static int widest(Stream<String> texts) {
        return texts.mapToInt(String::length).max().orElse(0);
    }

    private static String rate(FlowValue value, Flow flow) {
        if (!(value instanceof FlowField field) || !field.isCounter()) {
            return "";
        }
        FlowMeasure.Rate rate = new FlowMeasure.Rate(new CounterRate(field));
        FlowMeasure.Values values = rate.in(flow.snapshot());
        if (!values.has(flow.index()) || values.number(flow.index()) == 0) {
            return "";
        }
        String text = Quantity.of(values.number(flow.index()), rate.unit());
        return " +" + (text.endsWith("/s") ? text : text + "/s");
    }
}
