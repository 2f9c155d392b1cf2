package io.tcpprobe.agent.plot;

/** A line of text with samples of lines and colours. */
final class Legend {
    private static final double SAMPLE = 30;
    private static final double GAP = 6;
    private static final double BETWEEN = 18;
    private static final double LETTER = 7;

    private final Svg svg;
    private final double y;
    private double x;

    Legend(Svg svg, double x, double y) {
        this.svg = svg;
        this.x = x;
        this.y = y;
    }

    /** Adds a line. */
    Legend line(Stroke line, String text) {
        svg.element("line", Svg.at("x1", x, "y1", y - 4, "x2", x + SAMPLE, "y2", y - 4) + " " + line.stroke());
        x += SAMPLE;
        return text(text);
    }

    /** Adds a colour, as a box of a height. */
    Legend box(String colour, double height, String text) {
        svg.element(
                "rect",
                Svg.at("x", x, "y", y - height * 0.45, "width", 12, "height", height * 0.45) + " fill=\"" + colour
                        + "\"");
        x += 12;
        return text(text);
    }

    /** Adds a sign, drawn by a path that begins at its place. */
    Legend sign(String attributes, String path, String text) {
        svg.element("path", attributes + " d=\"M" + Svg.number(x + 4) + " " + Svg.number(y - 10) + path + "\"");
        x += 10;
        return text(text);
    }

    private Legend text(String text) {
        svg.text("text", Svg.at("x", x + GAP, "y", y), text);
        x += GAP + text.length() * LETTER + BETWEEN;
        return this;
    }
}
