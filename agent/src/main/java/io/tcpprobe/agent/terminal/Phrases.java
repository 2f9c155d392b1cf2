package io.tcpprobe.agent.terminal;

import java.util.ArrayList;
import java.util.List;

/** Packs phrases into few lines: what fits, the most important first. */
final class Phrases {
    private static final String GAP = "  ";

    private Phrases() {}

    /**
     * Returns at most {@code maxLines} lines. A phrase that does not fit into the rest is left out; the first one is cut instead.
     *
     * @param phrases the most important first
     */
    static List<Line> lines(List<Line> phrases, int width, int maxLines, Glyphs glyphs) {
        List<Line> lines = new ArrayList<>();
        for (Line phrase : phrases) {
            Line last = lines.isEmpty() ? Line.EMPTY : lines.getLast();
            int gap = last.width() == 0 ? 0 : GAP.length();
            if (!lines.isEmpty() && last.width() + gap + phrase.width() <= width) {
                lines.set(lines.size() - 1, joined(last, phrase));
            } else if (lines.size() < maxLines && (phrase.width() <= width || lines.isEmpty())) {
                lines.add(phrase.fit(width, glyphs));
            }
        }
        return lines;
    }

    private static Line joined(Line line, Line more) {
        Line joined = line.plus(Style.PLAIN, GAP);
        for (Line.Span span : more.spans()) {
            joined = joined.plus(span.style(), span.text());
        }
        return joined;
    }
}
