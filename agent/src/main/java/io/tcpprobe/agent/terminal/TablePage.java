package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import java.util.ArrayList;
import java.util.List;

/** The page with the table of flows, and the question before a connection is deleted. */
final class TablePage {
    private static final int TALL = 20;
    private static final int MAX_HEAD = 4;
    private static final int MAX_HEAD_OF_SMALL = 3;
    private static final int MIN_ROWS = 3;

    private final FlowsScreen.Options options;
    private final HeadLines head;
    private final KnownIds ids;

    TablePage(FlowsScreen.Options options) {
        this.options = options;
        this.head = new HeadLines(options);
        this.ids = new KnownIds(options.ids());
    }

    List<Line> lines(FlowsView view, Selection selection, int width, int height) {
        List<Line> bottom = bottom(view, width);
        int maxHead =
                Math.clamp(height - bottom.size() - 1L - MIN_ROWS, 1, height < TALL ? MAX_HEAD_OF_SMALL : MAX_HEAD);
        List<Line> lines = new ArrayList<>(head.lines(view, selection.totals(), width, maxHead));
        int room = Math.max(1, height - lines.size() - 1 - bottom.size());
        lines.addAll(table(view, selection, width, room));
        return Pages.page(lines, bottom(view, width), height); // again: the range is known now
    }

    /** Returns the headings and the rows that are seen, which scroll as far as the cursor needs. */
    private List<Line> table(FlowsView view, Selection selection, int width, int room) {
        int total = Math.min(options.top(), selection.count());
        int place = place(view, selection, total);
        int first = Math.clamp(view.firstRow(), Math.max(0, place - room + 1), place);
        first = Math.clamp(first, 0, Math.max(0, total - room));
        List<Flow> ranked = view.order().first(selection.snapshot(), Math.min(total, first + room), selection.among());
        List<Flow> seen = ranked.subList(Math.min(first, ranked.size()), ranked.size());
        view.shown(seen, first, total, place, room);

        List<TableColumn.Row> rows = ids.rows(seen);
        TerminalTable all = new TerminalTable(view.columns(), view.order(), width - 1, options.glyphs());
        List<Line> table = (ids.isEmpty() ? all.withoutIds() : all).lines(rows);
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of(" " + table.getFirst().text()).bar(Style.INVERSE, width));
        for (int i = 0; i < rows.size(); i++) {
            lines.add(row(table.get(i + 1), first + i == place, width));
        }
        return lines;
    }

    /** Returns the place of the cursor: that of the flow that it follows, if it is still there. */
    private static int place(FlowsView view, Selection selection, int total) {
        FlowSnapshot snapshot = selection.snapshot();
        int place = view.cursor();
        if (view.followed().isPresent()) {
            int index = snapshot.flows().indexOf(view.followed().getAsLong());
            if (index >= 0 && selection.flows().get(index)) {
                place = view.order().place(snapshot, index, selection.among());
            }
        }
        return Math.clamp(place, 0, Math.max(0, total - 1));
    }

    /** Returns the row with a mark if the cursor is there: a style alone does not show it. */
    private static Line row(Line cells, boolean selected, int width) {
        if (selected) {
            return Line.of(">" + cells.text()).bar(Style.INVERSE, width);
        }
        Line row = Line.of(" ");
        for (Line.Span span : cells.spans()) {
            row = row.plus(span.style(), span.text());
        }
        return row;
    }

    private List<Line> bottom(FlowsView view, int width) {
        if (view.mode() instanceof Mode.Prompt prompt) {
            String label = "filter: ";
            String typed = prompt.text() + "_";
            int room = Math.max(1, width - label.length());
            return List.of(Line.of(Style.BOLD, label)
                    .plus(Style.PLAIN, typed.substring(Math.max(0, typed.length() - room))));
        }
        Line keys = Line.of(view.range() + "  ?:help q:quit Enter:detail /:filter s:sort c:columns k:kill space:pause");
        return Pages.bottom(view, keys, width, options.glyphs());
    }

    /** Returns the question whether to delete a connection, below as much of the table as there is room for. */
    List<Line> confirm(FlowsView view, Mode.Confirm confirm, Selection selection, int width, int height) {
        Flow flow = confirm.flow();
        String process = TableColumns.find("process").orElseThrow().text(new TableColumn.Row(flow, ""));
        List<Line> question = new ArrayList<>(List.of(Pages.title("Delete this connection?", width, options.glyphs())));
        for (String text : List.of(
                "local: " + flow.local(),
                "remote: " + flow.remote(),
                "process: " + process,
                "Its owner gets ECONNABORTED, its peer a reset.",
                "y: delete it; any other key: no")) {
            Wrapping.lines(text, Math.max(Wrapping.MIN_COLUMNS, width), "", "  ")
                    .forEach(line -> question.add(Line.of(Style.BOLD, line)));
        }
        List<Line> shown = question.subList(Math.max(0, question.size() - height), question.size());
        return Pages.page(lines(view, selection, width, height), shown, height);
    }
}
