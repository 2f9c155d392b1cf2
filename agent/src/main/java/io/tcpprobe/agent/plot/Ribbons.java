package io.tcpprobe.agent.plot;

import io.tcpprobe.agent.report.VerdictTimes;
import java.util.List;

/** The rows between the panels: congestion state, retransmissions and timeouts, verdicts. */
final class Ribbons {
    /** Height of a row in pixels. */
    static final double ROW = 26;

    private static final double LABEL_GAP = 7;
    private static final double BASELINE = 17;
    private static final double LETTER = 7.2;
    private static final String[] SHADES = {"#DCE6F0", "#F0EAD8"};

    private final Svg svg;
    private final Scale time;
    private double top;

    Ribbons(Svg svg, Scale time, double top) {
        this.svg = svg;
        this.time = time;
        this.top = top;
    }

    private void label(String text) {
        svg.text("text", Svg.at("x", time.from() - LABEL_GAP, "y", top + BASELINE) + " text-anchor=\"end\"", text);
    }

    private double left(int column, int columns) {
        return time.from() + (time.to() - time.from()) * column / columns;
    }

    /** Draws the congestion state. */
    void states(PlotData data) {
        label("state");
        int columns = data.time().count();
        int begin = 0;
        for (int i = 1; i <= columns; i++) {
            CongestionState state = data.state(begin);
            if (i == columns || data.state(i) != state) {
                if (state != null) {
                    double x = left(begin, columns);
                    svg.element(
                            "rect",
                            Svg.at("x", x, "y", top + ROW - 1 - state.height(), "width", left(i, columns) - x)
                                    + " height=\"" + state.height() + "\" fill=\"" + state.colour() + "\"");
                }
                begin = i;
            }
        }
        top += ROW;
    }

    /** Draws a stroke for each column with retransmissions, and a triangle for each with timeouts. */
    void marks(PlotData data) {
        label("retrans");
        int columns = data.time().count();
        StringBuilder strokes = new StringBuilder();
        StringBuilder triangles = new StringBuilder();
        for (int i = 0; i < columns; i++) {
            String x = Svg.number(left(i, columns));
            if (data.retrans().in(i)) {
                strokes.append('M')
                        .append(x)
                        .append(' ')
                        .append(Svg.number(top + 6))
                        .append("v12");
            }
            if (data.timeouts().in(i)) {
                triangles
                        .append('M')
                        .append(x)
                        .append(' ')
                        .append(Svg.number(top + 2))
                        .append("l5 9h-10z");
            }
        }
        svg.element("path", "stroke=\"#D55E00\" stroke-width=\"1\" d=\"M0 0" + strokes + "\"");
        svg.element("path", "fill=\"#000000\" d=\"M0 0" + triangles + "\"");
        top += ROW;
    }

    /** Draws the verdicts, each with its name if there is room. */
    void verdicts(TimeColumns columns, List<VerdictTimes.Run> runs) {
        label("limited by");
        int shade = 0;
        for (VerdictTimes.Run run : runs) {
            double from = time.pixel(Math.clamp(run.fromNanos(), columns.fromNanos(), columns.toNanos()));
            double to = time.pixel(Math.clamp(run.toNanos(), columns.fromNanos(), columns.toNanos()));
            if (to - from < 0.5) {
                continue;
            }
            String name = run.verdict().label();
            svg.begin("g", "");
            svg.text("title", "", name);
            svg.element(
                    "rect",
                    Svg.at("x", from, "y", top + 4, "width", to - from, "height", ROW - 8) + " fill=\""
                            + SHADES[shade++ % SHADES.length] + "\" stroke=\"#8A8A8A\" stroke-width=\"0.5\"");
            if (to - from > name.length() * LETTER) {
                svg.text("text", Svg.at("x", (from + to) / 2, "y", top + BASELINE) + " text-anchor=\"middle\"", name);
            }
            svg.end();
        }
        top += ROW;
    }
}
