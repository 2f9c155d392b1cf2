package io.tcpprobe.agent.plot;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws the values of a history over time: rates of its counters, and gauges. A rate is drawn from one row to the next, so the area below it
 * is what was counted. Columns that it does not know are left out.
 */
public final class HistoryPlot {
    /** Lines of a panel; of more flows, those with the most bytes are drawn. */
    private static final int MAX_LINES = 8;

    /** Those of Okabe and Ito, with violet instead of yellow, which is too light on white. */
    private static final String[] COLOURS = {
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A4F9A", "#000000"
    };

    private static final String[] DASHES = {"", "8 4", "2 3", "9 3 2 3"};
    private static final double WIDTH = 1.5;
    private static final double PANEL = 150;
    private static final double BETWEEN = 46;
    private static final double LETTER = 7.5;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double SECONDS_PER_MINUTE = 60;

    /** Shorter pictures have seconds on their axis. */
    private static final double SHORT_SECONDS = 180;

    private static final String FLOW = "flow";

    /** A line of a panel: the column of the table, and what it means. */
    private record Column(String name, String label, boolean counter) {
        static Column rate(String name, String label) {
            return new Column(name, label, true);
        }

        static Column gauge(String name, String label) {
            return new Column(name, label, false);
        }
    }

    /** A rectangle with lines in the same unit. */
    private record Group(String title, Quantity quantity, List<Column> columns) {}

    private static final List<Group> GROUPS = List.of(
            new Group(
                    "bytes per second",
                    Quantity.BYTES,
                    List.of(
                            Column.rate("bytesSent", "sent"),
                            Column.rate("bytesAcked", "acknowledged"),
                            Column.rate("bytesReceived", "received"))),
            new Group(
                    "segments per second",
                    Quantity.NUMBER,
                    List.of(
                            Column.rate("OutSegs", "sent"),
                            Column.rate("InSegs", "received"),
                            Column.rate("RetransSegs", "retransmitted"),
                            Column.rate("segsOut", "sent"),
                            Column.rate("retrans", "retransmitted"))),
            new Group(
                    "segments",
                    Quantity.NUMBER,
                    List.of(Column.gauge("cwnd", "cwnd"), Column.gauge("inFlight", "in flight"))),
            new Group("round-trip time", Quantity.MICROSECONDS, List.of(Column.gauge("srtt", "srtt"))),
            new Group("flows", Quantity.NUMBER, List.of(Column.gauge("flows", "flows"))),
            new Group("flows per second", Quantity.NUMBER, List.of(Column.rate("opened", "opened"))),
            new Group("connections", Quantity.NUMBER, List.of(Column.gauge("CurrEstab", "established"))),
            new Group(
                    "connections per second",
                    Quantity.NUMBER,
                    List.of(
                            Column.rate("ActiveOpens", "opened"),
                            Column.rate("PassiveOpens", "accepted"),
                            Column.rate("AttemptFails", "failed"),
                            Column.rate("EstabResets", "reset"))),
            new Group(
                    "events per second",
                    Quantity.NUMBER,
                    List.of(
                            Column.rate("TCPTimeouts", "retransmission timeouts"),
                            Column.rate("ListenDrops", "drops of listeners"),
                            Column.rate("TCPMemoryPressures", "memory pressures"))));

    /** Of each flow one line: the same in both panels. */
    private static final List<Group> GROUPS_OF_FLOWS = List.of(
            new Group("bytes sent per second", Quantity.BYTES, List.of(Column.rate("bytesSent", ""))),
            new Group("bytes received per second", Quantity.BYTES, List.of(Column.rate("bytesReceived", ""))));

    /**
     * Values over time.
     *
     * @param what what they are about, for the heading
     * @param columns the names of the values of a row; the first is the time, in milliseconds since 1970
     * @param rows the rows, the oldest first; at least two, of different times; null if absent
     */
    public record Table(String what, List<String> columns, List<@Nullable Long[]> rows) {
        /** Returns the time of a row, in milliseconds since 1970; 0 if it has none. */
        public static long millis(@Nullable Long[] row) {
            Long time = row[0];
            return time == null ? 0 : time;
        }
    }

    /** A line as it is drawn. */
    private record Line(String label, String stroke, Series series) implements Stroke {}

    private final Table table;
    private final long firstMillis;
    private final TimeColumns time;
    private final Svg svg = new Svg();
    private final PlotFrame frame;

    private HistoryPlot(Table table) {
        this.table = table;
        firstMillis = Table.millis(table.rows.getFirst());
        long lastNanos = (Table.millis(table.rows.getLast()) - firstMillis) * NANOS_PER_MILLI;
        time = new TimeColumns(0, Math.max(lastNanos, 1), PlotFrame.COLUMNS);
        double seconds = lastNanos / NANOS_PER_SECOND;
        boolean isShort = seconds < SHORT_SECONDS;
        frame = new PlotFrame(
                svg,
                new Scale(-seconds / (isShort ? 1 : SECONDS_PER_MINUTE), 0, PlotFrame.LEFT, PlotFrame.RIGHT),
                isShort ? Quantity.SECONDS : Quantity.MINUTES);
    }

    /** Draws a table; returns the lines of an SVG file. */
    public static List<String> draw(Table table) {
        return new HistoryPlot(table).draw();
    }

    private List<String> draw() {
        Map<Group, List<Line>> panels = table.columns.contains(FLOW) ? ofFlows() : ofOne();
        double height = PlotFrame.TOP + panels.size() * (PANEL + BETWEEN) - BETWEEN + PlotFrame.FOOT;
        frame.begin(height, table.what, facts());
        double top = PlotFrame.TOP;
        int number = 0;
        for (Map.Entry<Group, List<Line>> panel : panels.entrySet()) {
            draw(panel.getKey(), panel.getValue(), top, "panel" + number++);
            top += PANEL + BETWEEN;
        }
        frame.times(top - BETWEEN, "time until " + Instant.ofEpochMilli(end()).truncatedTo(ChronoUnit.SECONDS));
        return svg.end().lines();
    }

    private long end() {
        return Table.millis(table.rows.getLast());
    }

    private String facts() {
        double seconds = (end() - firstMillis) * NANOS_PER_MILLI / NANOS_PER_SECOND;
        return "history of " + Quantity.SECONDS.format(seconds, seconds, 1) + ", " + table.rows.size() + " rows";
    }

    /** Returns the panels of a table with one row of each time. */
    private Map<Group, List<Line>> ofOne() {
        Map<Group, List<Line>> panels = new LinkedHashMap<>();
        for (Group group : GROUPS) {
            List<Line> lines = new ArrayList<>();
            for (Column column : group.columns) {
                add(lines, column.label, series(column, table.rows), lines.size());
            }
            if (!lines.isEmpty()) {
                panels.put(group, lines);
            }
        }
        return panels;
    }

    /** Returns the panels of a table with the rows of several flows. */
    private Map<Group, List<Line>> ofFlows() {
        List<List<@Nullable Long[]>> flows = rowsByFlow();
        Map<Group, List<Line>> panels = new LinkedHashMap<>();
        for (Group group : GROUPS_OF_FLOWS) {
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < flows.size(); i++) {
                String label = FLOW + " " + value(flows.get(i).getFirst(), FLOW);
                add(lines, label, series(group.columns.getFirst(), flows.get(i)), i);
            }
            panels.put(group, lines);
        }
        return panels;
    }

    private static void add(List<Line> lines, String label, Series series, int style) {
        if (!series.isEmpty()) {
            String stroke = Stroke.attributes(COLOURS[style % COLOURS.length], WIDTH, DASHES[style % DASHES.length]);
            lines.add(new Line(label, stroke, series));
        }
    }

    /** Returns the rows of each flow, of those that transferred most. */
    private List<List<@Nullable Long[]>> rowsByFlow() {
        Map<Long, List<@Nullable Long[]>> byFlow = new HashMap<>();
        for (@Nullable Long[] row : table.rows) {
            Long flow = value(row, FLOW);
            if (flow != null) {
                byFlow.computeIfAbsent(flow, _ -> new ArrayList<>()).add(row);
            }
        }
        return byFlow.entrySet().stream()
                .sorted(Comparator.comparingLong(
                                (Map.Entry<Long, List<@Nullable Long[]>> flow) -> transferred(flow.getValue()))
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .limit(MAX_LINES)
                .map(Map.Entry::getValue)
                .toList();
    }

    private long transferred(List<@Nullable Long[]> rows) {
        return GROUPS_OF_FLOWS.stream()
                .map(group -> group.columns.getFirst().name)
                .mapToLong(name -> number(rows.getLast(), name) - number(rows.getFirst(), name))
                .sum();
    }

    private long number(@Nullable Long[] row, String name) {
        Long value = value(row, name);
        return value == null ? 0 : value;
    }

    private @Nullable Long value(@Nullable Long[] row, String name) {
        int place = table.columns.indexOf(name);
        return place < 0 || place >= row.length ? null : row[place];
    }

    private Series series(Column column, List<@Nullable Long[]> rows) {
        Series series = new Series(time);
        if (!table.columns.contains(column.name)) {
            return series;
        }
        if (column.counter) {
            IntStream.range(1, rows.size()).forEach(i -> addRate(series, column, rows.get(i - 1), rows.get(i)));
        } else {
            rows.forEach(row -> addValue(series, column, row));
        }
        return series;
    }

    private void addValue(Series series, Column column, @Nullable Long[] row) {
        Long value = value(row, column.name);
        if (value == null) {
            series.addGap(nanos(row));
        } else {
            series.add(nanos(row), value);
        }
    }

    private void addRate(Series series, Column column, @Nullable Long[] before, @Nullable Long[] now) {
        Long from = value(before, column.name);
        Long to = value(now, column.name);
        double seconds = (nanos(now) - nanos(before)) / NANOS_PER_SECOND;
        if (from == null || to == null || to < from) {
            series.addGap((nanos(before) + nanos(now)) / 2);
        } else if (seconds > 0) {
            double rate = (to - from) / seconds;
            series.add(nanos(before) + 1, rate); // after the end of the rate before
            series.add(nanos(now), rate);
        }
    }

    /** Returns the time of a row in nanoseconds since the first; the clock may have been set. */
    private long nanos(@Nullable Long[] row) {
        return Math.clamp((Table.millis(row) - firstMillis) * NANOS_PER_MILLI, 0, time.toNanos());
    }

    private void draw(Group group, List<Line> lines, double top, String clip) {
        double bottom = top + PANEL;
        double highest =
                lines.stream().mapToDouble(line -> line.series.maximum()).max().orElse(1);
        Scale values = Scale.upTo(highest, bottom, top);
        Panel panel = new Panel(svg, new Scale(0, time.toNanos(), PlotFrame.LEFT, PlotFrame.RIGHT), values, clip);
        frame.verticals(top, bottom);
        panel.frame(group.quantity);
        double y = top - PlotFrame.LEGEND_GAP;
        svg.text("text", Svg.at("x", PlotFrame.LEFT, "y", y) + " font-weight=\"bold\"", group.title);
        Legend legend = new Legend(svg, PlotFrame.LEFT + group.title.length() * LETTER + 2 * PlotFrame.LEGEND_GAP, y);
        for (Line line : lines) {
            panel.draw(line, line.series);
            legend.line(line, line.label);
        }
    }
}
