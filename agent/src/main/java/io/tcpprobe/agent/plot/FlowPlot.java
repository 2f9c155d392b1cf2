package io.tcpprobe.agent.plot;

import io.tcpprobe.agent.report.ConnectionReport;
import io.tcpprobe.agent.report.RecordingReport;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.replay.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Draws a connection of a recording: the bytes in flight and all of their ceilings, so that the ceiling that they touch is what limits the
 * connection; below that congestion state, retransmissions and verdicts; and round-trip times and timeout.
 */
public final class FlowPlot {
    /** The segment size in bytes that is assumed where records have none. */
    public static final int ASSUMED_MSS = 1448;

    private static final double LEFT = PlotFrame.LEFT;
    private static final double BYTES_TOP = PlotFrame.TOP;
    private static final double BYTES_BOTTOM = 396;
    private static final double RIBBONS_TOP = BYTES_BOTTOM + 30;
    private static final double RTT_TOP = RIBBONS_TOP + 3 * Ribbons.ROW + 36;
    private static final double RTT_BOTTOM = RTT_TOP + 170;
    private static final double HEIGHT = RTT_BOTTOM + PlotFrame.FOOT;
    private static final double LEGEND_GAP = PlotFrame.LEGEND_GAP;
    private static final double NANOS = 1e9;

    /** A ceiling that is, on average, further above the bytes in flight and cwnd than this factor does not determine the scale. */
    private static final double NEAR = 3;

    private static final String NOT_RECORDED = "not recorded";
    private static final String BAND = "#CFE3F2";

    /**
     * What a picture shows.
     *
     * @param fromNanos its begin, in nanoseconds since the first sample of the recording
     * @param toNanos its end
     * @param mss the segment size in bytes where records have none
     * @param note is added to the heading; may be empty
     */
    public record View(long fromNanos, long toNanos, int mss, String note) {}

    private final ConnectionReport connection;
    private final PlotData data;
    private final String note;
    private final Svg svg = new Svg();
    private final Scale time;
    private final PlotFrame frame;

    private FlowPlot(ConnectionReport connection, PlotData data, String note) {
        this.connection = connection;
        this.note = note;
        this.data = data;
        this.time = new Scale(data.time().fromNanos(), data.time().toNanos(), LEFT, PlotFrame.RIGHT);
        this.frame = new PlotFrame(
                svg, new Scale(time.low() / NANOS, time.high() / NANOS, LEFT, PlotFrame.RIGHT), Quantity.SECONDS);
    }

    /**
     * Draws a connection.
     *
     * @param connection of a report about the same file
     * @return the lines of an SVG file
     * @throws IOException if the file cannot be read; the message states the cause and the remedy
     */
    public static List<String> draw(Path file, SettingStore settings, ConnectionReport connection, View view)
            throws IOException {
        TimeColumns time =
                new TimeColumns(view.fromNanos, Math.max(view.toNanos, view.fromNanos + 1_000_000), PlotFrame.COLUMNS);
        PlotData data = new PlotData(connection.number(), time, view.mss);
        // the same bound as in the report, so that connections have the same numbers
        new Recording(file, settings, RecordingReport.MAX_CONNECTIONS, _ -> {}).read(data);
        return new FlowPlot(connection, data, view.note).draw();
    }

    private List<String> draw() {
        frame.begin(HEIGHT, title(), facts());
        drawBytes();
        drawRibbons();
        drawRoundTrips();
        frame.times(RTT_BOTTOM, "time since the first sample of the recording");
        return svg.end().lines();
    }

    private String title() {
        return connection.local() + " \u2192 " + connection.remote();
    }

    private String facts() {
        double seconds = (connection.lastNanos() - connection.firstNanos()) / NANOS;
        Stream<String> facts = Stream.of(
                connection.control(),
                connection.process(),
                Quantity.SECONDS.format(seconds, seconds, 0.1),
                connection.samples() + " samples",
                Quantity.BYTES.format((double) connection.bytesAcked()) + " acknowledged"
                        + (seconds > 0 ? " at " + Quantity.BYTES.format(connection.bytesAcked() / seconds) + "/s" : ""),
                data.mss(),
                note);
        return String.join(", ", facts.filter(fact -> !fact.isEmpty()).toList());
    }

    private void drawBytes() {
        List<PlotLine> drawn = Stream.of(
                        PlotLine.SSTHRESH,
                        PlotLine.SEND_BUFFER,
                        PlotLine.SEND_WINDOW,
                        PlotLine.CWND,
                        PlotLine.IN_FLIGHT)
                .filter(line -> !data.line(line).isEmpty())
                .toList();
        Scale bytes = Scale.upTo(highest(drawn), BYTES_BOTTOM, BYTES_TOP);
        Panel panel = new Panel(svg, time, bytes, "bytes");
        frame.verticals(BYTES_TOP, BYTES_BOTTOM);
        panel.frame(Quantity.BYTES);
        Legend legend = new Legend(svg, LEFT, BYTES_TOP - LEGEND_GAP);
        for (PlotLine line : drawn) {
            panel.draw(line, data.line(line));
        }
        for (PlotLine line : drawn.reversed()) {
            legend.line(line, label(line, bytes));
        }
    }

    /** Returns the bytes up to which the picture shows the lines. */
    private double highest(List<PlotLine> drawn) {
        Series cwnd = data.line(PlotLine.CWND);
        double flight = Math.max(1, data.line(PlotLine.IN_FLIGHT).maximum());
        double base = cwnd.isEmpty() ? flight : Math.max(flight, cwnd.mean());
        return drawn.stream()
                .map(data::line)
                .filter(line -> line.mean() <= NEAR * base)
                .mapToDouble(line -> Math.min(line.maximum(), NEAR * base))
                .reduce(flight, Math::max);
    }

    /** Returns the name of a line, with its extremes if the scale does not show all of it. */
    private String label(PlotLine line, Scale scale) {
        double maximum = data.line(line).maximum();
        if (maximum <= scale.high()) {
            return line.label();
        }
        boolean all = data.line(line).minimum() > scale.high();
        return line.label() + (all ? " (above: " : " (up to ") + Quantity.BYTES.format(maximum) + ")";
    }

    private void drawRibbons() {
        Legend legend = new Legend(svg, LEFT, RIBBONS_TOP - LEGEND_GAP + 4);
        if (data.state(PlotFrame.COLUMNS - 1) == null) {
            legend.box("#FFFFFF", 1, "congestion state: " + NOT_RECORDED);
        } else {
            for (CongestionState state : CongestionState.values()) {
                legend.box(state.colour(), state.height(), state.label());
            }
        }
        legend.sign(
                "stroke=\"#D55E00\"",
                "v12",
                "retransmissions: " + (data.retrans().known() ? data.retrans().sum() : NOT_RECORDED));
        legend.sign(
                "fill=\"#000000\"",
                "l5 9h-10z",
                "timeouts: " + (data.timeouts().known() ? data.timeouts().sum() : NOT_RECORDED));
        Ribbons ribbons = new Ribbons(svg, time, RIBBONS_TOP);
        ribbons.states(data);
        ribbons.marks(data);
        ribbons.verdicts(data.time(), connection.verdicts().runs());
    }

    private void drawRoundTrips() {
        Series srtt = data.line(PlotLine.SRTT);
        Series rto = data.line(PlotLine.RTO);
        double highest = Stream.of(srtt, data.rttLast())
                .filter(series -> !series.isEmpty())
                .mapToDouble(Series::maximum)
                .max()
                .orElse(1);
        Panel panel = new Panel(svg, time, Scale.upTo(highest, RTT_BOTTOM, RTT_TOP), "rtt");
        frame.verticals(RTT_TOP, RTT_BOTTOM);
        if (!data.rttLast().isEmpty()) {
            panel.band(data.rttLast(), BAND, "measured round-trip times");
        }
        panel.frame(Quantity.MICROSECONDS);
        Legend legend = new Legend(svg, LEFT, RTT_TOP - LEGEND_GAP);
        if (!rto.isEmpty()) {
            Panel right = new Panel(svg, time, Scale.upTo(rto.maximum(), RTT_BOTTOM, RTT_TOP), "rtt");
            right.rightLabels(Quantity.MICROSECONDS, PlotLine.RTO.colour());
            right.draw(PlotLine.RTO, rto);
        }
        panel.draw(PlotLine.SRTT, srtt);
        legend.line(PlotLine.SRTT, PlotLine.SRTT.label());
        if (!data.rttLast().isEmpty()) {
            legend.box(BAND, 24, "measured round-trip times, minimum to maximum");
        }
        if (!rto.isEmpty()) {
            legend.line(PlotLine.RTO, PlotLine.RTO.label());
        }
    }
}
