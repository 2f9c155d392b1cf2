package io.tcpprobe.agent.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A rectangle with a time axis and lines. */
final class Panel {
    private static final String GRID = "stroke=\"#E3E3E3\" stroke-width=\"1\"";
    private static final int TICKS = 5;
    private static final double TICK_GAP = 7;
    private static final double BASELINE = 4;

    /** The smallest gap, in pixels, that a line crosses as a step: values hold until the next sample. */
    private static final double STEP = 2;

    private final Svg svg;
    private final Scale time;
    private final Scale values;
    private final String clip;

    /**
     * Creates a panel.
     *
     * @param time the horizontal scale, in nanoseconds
     * @param values the vertical scale
     * @param clip the id of the picture's element that clips lines
     */
    Panel(Svg svg, Scale time, Scale values, String clip) {
        this.svg = svg;
        this.time = time;
        this.values = values;
        this.clip = clip;
    }

    /** Draws frame, grid and the labels of the left axis. */
    void frame(Quantity quantity) {
        double top = values.to();
        double height = values.from() - top;
        svg.begin("clipPath", "id=\"" + clip + "\"")
                .element("rect", Svg.at("x", time.from(), "y", top, "width", time.to() - time.from(), "height", height))
                .end();
        for (double tick : values.ticks(TICKS)) {
            double y = values.pixel(tick);
            svg.element("line", Svg.at("x1", time.from(), "y1", y, "x2", time.to(), "y2", y) + " " + GRID);
        }
        leftLabels(quantity);
        svg.element(
                "rect",
                Svg.at("x", time.from(), "y", top, "width", time.to() - time.from(), "height", height)
                        + " fill=\"none\" stroke=\"#8A8A8A\"");
    }

    private void leftLabels(Quantity quantity) {
        for (double tick : values.ticks(TICKS)) {
            svg.text(
                    "text",
                    Svg.at("x", time.from() - TICK_GAP, "y", values.pixel(tick) + BASELINE) + " text-anchor=\"end\"",
                    quantity.format(tick, values.high(), values.step(TICKS)));
        }
    }

    /** Draws the labels of an axis on the right, in a colour. */
    void rightLabels(Quantity quantity, String colour) {
        for (double tick : values.ticks(TICKS)) {
            svg.text(
                    "text",
                    Svg.at("x", time.to() + TICK_GAP, "y", values.pixel(tick) + BASELINE) + " fill=\"" + colour + "\"",
                    quantity.format(tick, values.high(), values.step(TICKS)));
        }
    }

    /** Draws a series as lines with gaps. */
    void draw(Stroke line, Series series) {
        svg.begin("g", "clip-path=\"url(#" + clip + ")\" " + line.stroke());
        svg.text("title", "", line.label());
        for (List<Series.Point> points : series.lines()) {
            svg.element("polyline", "points=\"" + path(points) + "\"");
        }
        svg.end();
    }

    /** Fills the area between minimum and maximum of a series. */
    void band(Series series, String colour, String title) {
        List<Series.Point> outline = new ArrayList<>(series.extremes(true));
        outline.addAll(series.extremes(false).reversed());
        svg.begin("g", "clip-path=\"url(#" + clip + ")\"");
        svg.text("title", "", title);
        svg.element(
                "polygon",
                "fill=\"" + colour + "\" points=\""
                        + outline.stream()
                                .map(point -> coordinates(time.pixel(point.timeNanos()), values.pixel(point.value())))
                                .collect(Collectors.joining(" "))
                        + "\"");
        svg.end();
    }

    /** Returns the coordinates of a line. Points that change nothing are left out. */
    private String path(List<Series.Point> points) {
        List<String> path = new ArrayList<>();
        double beforeX = Double.NEGATIVE_INFINITY;
        double beforeY = 0;
        for (Series.Point point : points) {
            double x = time.pixel(point.timeNanos());
            double y = values.pixel(point.value());
            boolean gap = !path.isEmpty() && x - beforeX > STEP;
            if (gap && Math.round(y * 10) != Math.round(beforeY * 10)) {
                add(path, x, beforeY);
            }
            add(path, x, y);
            beforeX = x;
            beforeY = y;
        }
        if (path.size() == 1) {
            path.add(coordinates(beforeX + 1, beforeY)); // a dot
        }
        return String.join(" ", path);
    }

    /** Adds a point; the point before is replaced if it is between two of the same height. */
    private static void add(List<String> path, double x, double y) {
        String height = Svg.number(y);
        int size = path.size();
        if (size > 1 && isAt(path.get(size - 1), height) && isAt(path.get(size - 2), height)) {
            path.removeLast();
        }
        path.add(Svg.number(x) + "," + height);
    }

    private static boolean isAt(String coordinates, String height) {
        return coordinates.endsWith("," + height);
    }

    private static String coordinates(double x, double y) {
        return Svg.number(x) + "," + Svg.number(y);
    }
}
