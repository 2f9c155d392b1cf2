package io.tcpprobe.agent.plot;

import io.tcpprobe.agent.report.Markup;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** Writes the text of an SVG picture (SVG 1.1). Texts are escaped here; attributes are written by this package only. */
final class Svg {
    private final StringBuilder text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /** Begins an element; the attributes are written as they are: "x=\"1\"". */
    Svg begin(String element, String attributes) {
        tag(element, attributes).append(">\n");
        open.push(element);
        return this;
    }

    /** Ends the element that was begun last. */
    Svg end() {
        text.append("</").append(open.pop()).append(">\n");
        return this;
    }

    /** Adds an element without content. */
    Svg element(String element, String attributes) {
        tag(element, attributes).append("/>\n");
        return this;
    }

    /** Adds an element with a text. */
    Svg text(String element, String attributes, String content) {
        tag(element, attributes).append('>').append(Markup.escaped(content));
        text.append("</").append(element).append(">\n");
        return this;
    }

    private StringBuilder tag(String element, String attributes) {
        return text.append('<')
                .append(element)
                .append(attributes.isEmpty() ? "" : " ")
                .append(attributes);
    }

    /** Formats an attribute that places something: "x", 3.25 is x="3.3"; whole numbers have no fraction. */
    static String at(Object... namesAndNumbers) {
        StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < namesAndNumbers.length; i += 2) {
            attributes.append(i == 0 ? "" : " ").append(namesAndNumbers[i]).append("=\"");
            attributes
                    .append(number(((Number) namesAndNumbers[i + 1]).doubleValue()))
                    .append('"');
        }
        return attributes.toString();
    }

    /** Formats a coordinate, to a tenth of a pixel. */
    static String number(double pixels) {
        long tenths = Math.round(pixels * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : String.format(Locale.ROOT, "%.1f", tenths / 10.0);
    }

    /** Returns the lines of the picture; all elements must have ended. */
    List<String> lines() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("open elements: " + open);
        }
        return text.toString().lines().toList();
    }
}
