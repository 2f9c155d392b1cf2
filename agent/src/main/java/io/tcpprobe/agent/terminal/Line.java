package io.tcpprobe.agent.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A line of the screen. Every character takes one column: others are replaced by '?', so that names of processes cannot control the
 * terminal.
 *
 * @param spans its parts, from left to right
 */
public record Line(List<Span> spans) {
    /** A line without text. */
    static final Line EMPTY = new Line(List.of());

    /** Copies the list. */
    public Line {
        spans = List.copyOf(spans);
    }

    /** A text in one style. */
    public record Span(Style style, String text) {
        /** Replaces characters that do not take one column. */
        public Span {
            text = Printable.of(text);
        }
    }

    /** Returns a line of plain text. */
    public static Line of(String text) {
        return of(Style.PLAIN, text);
    }

    /** Returns a line in one style. */
    public static Line of(Style style, String text) {
        return new Line(List.of(new Span(style, text)));
    }

    /** Returns this line followed by a text. */
    public Line plus(Style style, String text) {
        List<Span> more = new ArrayList<>(spans);
        more.add(new Span(style, text));
        return new Line(more);
    }

    /** Returns the number of columns. */
    int width() {
        return spans.stream().mapToInt(span -> span.text.length()).sum();
    }

    /** Returns the text without styles. */
    public String text() {
        return spans.stream().map(Span::text).collect(Collectors.joining());
    }

    /** Returns the line, cut at the end if it is wider: the last character is an ellipsis then. */
    Line fit(int width, Glyphs glyphs) {
        if (width() <= width) {
            return this;
        }
        List<Span> fitting = new ArrayList<>();
        int room = width - 1;
        for (Span span : spans) {
            String part = span.text.substring(0, Math.clamp(room, 0, span.text.length()));
            room -= part.length();
            if (part.length() < span.text.length()) {
                fitting.add(new Span(span.style, width > 0 ? part + glyphs.ellipsis() : ""));
                break;
            }
            fitting.add(span);
        }
        return new Line(fitting);
    }

    /** Returns the line with spaces at its end, up to a width, all in one style. */
    Line bar(Style style, int width) {
        String text = text();
        return of(style, text + " ".repeat(Math.max(0, width - text.length())));
    }

    /**
     * Returns the line with escape sequences for its styles.
     *
     * @param colours false to use no colours
     */
    public String ansi(boolean colours) {
        return spans.stream().map(span -> span.style.around(span.text, colours)).collect(Collectors.joining());
    }
}
