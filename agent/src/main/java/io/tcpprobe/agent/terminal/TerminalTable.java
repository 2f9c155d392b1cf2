package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.MeasureOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The table of flows: a line of headings, and a line for each row.
 *
 * @param columns the columns, from left to right
 * @param order the order of the rows, which is marked in the heading
 * @param width the width of the lines; columns that do not fit are left out, but never the remote endpoint and the measure that ranks
 * @param glyphs the characters that draw
 */
public record TerminalTable(List<TableColumn> columns, MeasureOrder order, int width, Glyphs glyphs) {
    /** The width of a line that is never cut. */
    public static final int UNLIMITED = Integer.MAX_VALUE / 2;

    /** Adds the column of the measure that ranks, if it is not among the columns. */
    public TerminalTable {
        columns = TableColumns.with(order.measure(), columns);
    }

    /**
     * Returns the headings, and a line for each flow.
     *
     * @param ids the ids in the running agent, by index in the list; without any there is no column for them
     */
    public List<Line> of(List<Flow> flows, Map<Integer, Long> ids) {
        List<TableColumn.Row> rows = new ArrayList<>();
        for (int i = 0; i < flows.size(); i++) {
            Long id = ids.get(i);
            rows.add(new TableColumn.Row(flows.get(i), id == null ? ValueText.ABSENT : id.toString()));
        }
        return ids.isEmpty() ? withoutIds().lines(rows) : lines(rows);
    }

    /** Returns the table without the column of the ids. */
    TerminalTable withoutIds() {
        return new TerminalTable(
                columns.stream().filter(column -> !column.isId()).toList(), order, width, glyphs);
    }

    /** Returns the headings and the rows. The rows are formatted; so pass only those that are seen. */
    List<Line> lines(List<TableColumn.Row> rows) {
        String[][] cells = new String[rows.size() + 1][];
        cells[0] = columns.stream().map(this::heading).toArray(String[]::new);
        for (int i = 0; i < rows.size(); i++) {
            TableColumn.Row row = rows.get(i);
            cells[i + 1] = columns.stream().map(column -> column.text(row)).toArray(String[]::new);
        }
        int[] widths = widths(cells);
        List<Line> lines = new ArrayList<>();
        lines.add(line(cells[0], widths, Style.PLAIN));
        for (int i = 0; i < rows.size(); i++) {
            lines.add(line(cells[i + 1], widths, VerdictText.style(rows.get(i).flow())));
        }
        return lines;
    }

    private String heading(TableColumn column) {
        if (width == UNLIMITED) {
            return column.name(); // not a terminal: a name as it is in options
        }
        String mark = order.ascending() ? glyphs.ascending() : glyphs.descending();
        return ranks(column) ? column.heading() + mark : column.heading();
    }

    private boolean ranks(TableColumn column) {
        return column.measure().isPresent() && column.measure().equals(order.measure());
    }

    private int[] widths(String[][] cells) {
        int[] full = new int[columns.size()];
        int[] minimum = new int[columns.size()];
        for (int i = 0; i < full.length; i++) {
            for (String[] row : cells) {
                full[i] = Math.max(full[i], row[i].length());
            }
            minimum[i] = columns.get(i).kind().minimum(full[i]);
        }
        int always = TableColumns.never(columns, order.measure()).size();
        return ColumnWidths.of(full, minimum, TableColumns.byImportance(columns, order.measure()), always, width);
    }

    private Line line(String[] cells, int[] widths, Style verdict) {
        Line line = Line.EMPTY;
        String gap = "";
        for (int i = 0; i < cells.length; i++) {
            if (widths[i] > 0) {
                TableColumn.Kind kind = columns.get(i).kind();
                String cell = kind == TableColumn.Kind.ENDPOINT
                        ? ShortText.middle(cells[i], widths[i], glyphs)
                        : ShortText.end(cells[i], widths[i], glyphs);
                String padding = " ".repeat(widths[i] - cell.length());
                line = line.plus(Style.PLAIN, gap + (kind == TableColumn.Kind.NUMBER ? padding : ""))
                        .plus(kind == TableColumn.Kind.VERDICT ? verdict : Style.PLAIN, cell)
                        .plus(Style.PLAIN, kind == TableColumn.Kind.NUMBER ? "" : padding);
                gap = width == UNLIMITED ? "  " : " ";
            }
        }
        return line;
    }
}
