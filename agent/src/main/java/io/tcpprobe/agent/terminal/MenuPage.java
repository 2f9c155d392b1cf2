package io.tcpprobe.agent.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A list of columns to choose from. */
final class MenuPage {
    private final int width;
    private final int height;
    private final Glyphs glyphs;

    MenuPage(int width, int height, Glyphs glyphs) {
        this.width = width;
        this.height = height;
        this.glyphs = glyphs;
    }

    List<Line> sort(Mode.SortMenu menu, FlowsView view) {
        return lines(
                "Rank by",
                menu.columns(),
                menu.cursor(),
                column -> column.measure().equals(view.order().measure()),
                Pages.bottom(view, Line.of("Up, Down, Enter: rank by it, Esc: back"), width, glyphs));
    }

    List<Line> columns(Mode.ColumnMenu menu, FlowsView view) {
        return lines(
                "Columns; [x] is shown if there is room",
                menu.columns(),
                menu.cursor(),
                view.columns()::contains,
                Pages.bottom(view, Line.of("Up, Down, space: show or hide, Enter: back"), width, glyphs));
    }

    private List<Line> lines(
            String title, List<TableColumn> columns, int cursor, Predicate<TableColumn> chosen, List<Line> bottom) {
        int room = Math.max(1, height - 1 - bottom.size());
        int first = Math.clamp(cursor - room / 2, 0, Math.max(0, columns.size() - room));
        List<Line> lines = new ArrayList<>(List.of(Pages.title(title, width, glyphs)));
        for (int i = first; i < Math.min(columns.size(), first + room); i++) {
            TableColumn column = columns.get(i);
            String text = (i == cursor ? ">" : " ") + (chosen.test(column) ? "[x] " : "[ ] ") + column.name();
            lines.add(i == cursor ? Line.of(text).bar(Style.INVERSE, width) : Line.of(text));
        }
        return Pages.page(lines, bottom, height);
    }
}
