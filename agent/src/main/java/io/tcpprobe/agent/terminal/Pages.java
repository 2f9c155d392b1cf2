package io.tcpprobe.agent.terminal;

import java.util.ArrayList;
import java.util.List;

/** What all pages have in common: a title, and lines at the bottom. */
final class Pages {
    private static final int MAX_STATUS_LINES = 3;

    private Pages() {}

    /** Returns a title across the screen. */
    static Line title(String text, int width, Glyphs glyphs) {
        return Line.of(text).fit(width, glyphs).bar(Style.INVERSE, width);
    }

    /** Returns the lines at the bottom: the status if there is one, else the keys. */
    static List<Line> bottom(FlowsView view, Line keys, int width, Glyphs glyphs) {
        if (view.status().isEmpty()) {
            return List.of(keys.fit(width, glyphs));
        }
        return Wrapping.lines(view.status(), Math.max(Wrapping.MIN_COLUMNS, width), "", "").stream()
                .limit(MAX_STATUS_LINES)
                .map(line -> Line.of(Style.BOLD, line))
                .toList();
    }

    /** Returns the lines of a page of this height: what does not fit above the bottom is left out. */
    static List<Line> page(List<Line> lines, List<Line> bottom, int height) {
        int room = Math.max(0, height - bottom.size());
        List<Line> all = new ArrayList<>(lines.subList(0, Math.min(lines.size(), room)));
        while (all.size() < room) {
            all.add(Line.EMPTY);
        }
        all.addAll(bottom);
        return all;
    }

    /** Returns a part of lines below a title, and stores in the view how far they are scrolled. */
    static List<Line> scrolled(
            Line title, List<Line> lines, int wanted, List<Line> bottom, FlowsView view, int height) {
        int room = Math.max(1, height - 1 - bottom.size());
        int scroll = Math.clamp(wanted, 0, Math.max(0, lines.size() - room));
        view.scrolledTo(scroll);
        List<Line> all = new ArrayList<>(List.of(title));
        all.addAll(lines.subList(scroll, Math.min(lines.size(), scroll + room)));
        return page(all, bottom, height);
    }
}
