package io.tcpprobe.agent.plot;

/** What all pictures have: the size, the heading, and a time axis. */
final class PlotFrame {
    /** Columns of pixels of the time axis. */
    static final int COLUMNS = 1000;

    static final double LEFT = 82;
    static final double RIGHT = LEFT + COLUMNS;

    /** Top of the uppermost panel. */
    static final double TOP = 96;

    /** Space below the lowest panel. */
    static final double FOOT = 48;

    /** Space between a panel and its legend. */
    static final double LEGEND_GAP = 10;

    private static final double WIDTH = RIGHT + 70;
    private static final int TICKS = 10;

    private final Svg svg;
    private final Scale time;
    private final Quantity unit;

    /**
     * Creates a frame; {@link #begin} draws it.
     *
     * @param time the times of the axis, from {@link #LEFT} to {@link #RIGHT}, in the unit of its labels
     * @param unit formats the labels
     */
    PlotFrame(Svg svg, Scale time, Quantity unit) {
        this.svg = svg;
        this.time = time;
        this.unit = unit;
    }

    /** Begins a picture with a heading. */
    void begin(double height, String title, String facts) {
        svg.begin(
                "svg",
                "xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" " + Svg.at("width", WIDTH, "height", height)
                        + " viewBox=\"0 0 " + Svg.number(WIDTH) + " " + Svg.number(height)
                        + "\" font-family=\"DejaVu Sans, Verdana, sans-serif\" font-size=\"12\" fill=\"#222222\"");
        svg.text("title", "", title);
        svg.element("rect", "width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"");
        svg.text("text", Svg.at("x", LEFT, "y", 26) + " font-size=\"17\" font-weight=\"bold\"", title);
        svg.text("text", Svg.at("x", LEFT, "y", 47) + " fill=\"#555555\"", facts);
    }

    /** Draws the vertical lines of the grid. */
    void verticals(double top, double bottom) {
        for (double tick : time.ticks(TICKS)) {
            double x = time.pixel(tick);
            svg.element("line", Svg.at("x1", x, "y1", top, "x2", x, "y2", bottom) + " stroke=\"#E3E3E3\"");
        }
    }

    /** Draws the labels of the axis below the lowest panel. */
    void times(double bottom, String meaning) {
        for (double tick : time.ticks(TICKS)) {
            svg.text(
                    "text",
                    Svg.at("x", time.pixel(tick), "y", bottom + 18) + " text-anchor=\"middle\"",
                    unit.format(tick, tick, time.step(TICKS)));
        }
        svg.text(
                "text",
                Svg.at("x", (LEFT + RIGHT) / 2, "y", bottom + 38) + " text-anchor=\"middle\" fill=\"#555555\"",
                meaning);
    }
}
