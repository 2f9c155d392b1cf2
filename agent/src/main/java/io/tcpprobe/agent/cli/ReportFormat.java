package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.core.JsonText;
import io.tcpprobe.agent.report.ConnectionReport;
import io.tcpprobe.agent.report.Markup;
import io.tcpprobe.agent.report.ReportColumn;
import io.tcpprobe.config.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the command {@code report} prints connections. */
enum ReportFormat {
    /** Columns for a terminal: what matters first, and as many as fit. */
    TABLE {
        @Override
        List<String> lines(List<ConnectionReport> connections, String summary, int width) {
            TextTable table =
                    new TextTable(tableColumns().map(ReportFormat::heading).toArray(String[]::new));
            for (ConnectionReport connection : connections) {
                table.row(tableColumns()
                        .map(column -> Lines.shown(text(column, connection)))
                        .toArray(String[]::new));
            }
            List<String> lines = new ArrayList<>(table.lines(width));
            lines.add(summary);
            return lines;
        }
    },
    /** Comma-separated values with a line of headings (RFC 4180). */
    CSV {
        @Override
        List<String> lines(List<ConnectionReport> connections, String summary, int width) {
            Stream<String> headings = Stream.of(
                    Lines.csv(Arrays.stream(COLUMNS).map(ReportColumn::label).toList()));
            Stream<String> rows = connections.stream()
                    .map(connection -> Lines.csv(Arrays.stream(COLUMNS)
                            .map(column -> text(column, connection))
                            .toList()));
            return Stream.concat(headings, rows).toList();
        }
    },
    /** One JSON object a line; absent values are left out. */
    JSON {
        @Override
        List<String> lines(List<ConnectionReport> connections, String summary, int width) {
            return connections.stream().map(ReportFormat::json).toList();
        }
    },
    /** One page that needs nothing else: no script, no style sheet, no image. */
    HTML {
        @Override
        List<String> lines(List<ConnectionReport> connections, String summary, int width) {
            List<String> lines = new ArrayList<>(List.of(
                    "<!DOCTYPE html>",
                    "<html lang=\"en\"><head><meta charset=\"utf-8\"><title>TCP connections of a recording</title>",
                    STYLE,
                    "</head><body>",
                    "<h1>TCP connections of a recording</h1>",
                    "<p>" + Markup.escaped(summary) + "</p>",
                    "<div><table><thead><tr>"));
            for (ReportColumn column : COLUMNS) {
                lines.add("<th title=\"" + Markup.escaped(column.doc()) + "\">" + Markup.escaped(column.label())
                        + (column.unit() == Unit.NONE
                                ? ""
                                : "<br><small>" + column.unit().label() + "</small>")
                        + "</th>");
            }
            lines.add("</tr></thead><tbody>");
            for (ConnectionReport connection : connections) {
                lines.add(Arrays.stream(COLUMNS)
                        .map(column -> cell(column, connection))
                        .collect(Collectors.joining("", "<tr>", "</tr>")));
            }
            lines.add("</tbody></table></div></body></html>");
            return lines;
        }
    };

    private static final ReportColumn[] COLUMNS = ReportColumn.values();
    private static final String STYLE = """
            <style>
            body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5em; color: #1b1b1b; background: #fff }
            div { overflow-x: auto }
            table { border-collapse: collapse }
            th, td { padding: .25em .6em; border-bottom: 1px solid #d5d5d5; white-space: nowrap; text-align: left }
            th { background: #f2f2f2; vertical-align: bottom }
            td.number { text-align: right; font-variant-numeric: tabular-nums }
            small { font-weight: normal; color: #555 }
            </style>""";

    /** Returns the lines to print. */
    abstract List<String> lines(List<ConnectionReport> connections, String summary, int width);

    /** Returns the format of this name. */
    static Optional<ReportFormat> find(String name) {
        return Arrays.stream(values())
                .filter(format -> format.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private static Stream<ReportColumn> tableColumns() {
        return Arrays.stream(COLUMNS).filter(ReportColumn::inTable);
    }

    /** Returns a heading of the table, to the right for numbers: they have a unit, or count something. */
    private static String heading(ReportColumn column) {
        boolean number = column.unit() != Unit.NONE || column == ReportColumn.TIMEOUTS;
        return (number ? ">" : "") + column.label();
    }

    private static String text(ReportColumn column, ConnectionReport connection) {
        Object value = column.value(connection);
        return switch (value) {
            case null -> "";
            case Double seconds -> String.format(Locale.ROOT, "%.3f", seconds);
            default -> value.toString();
        };
    }

    private static String json(ConnectionReport connection) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (ReportColumn column : COLUMNS) {
            Object value = column.value(connection);
            if (value != null) {
                object.put(column.label(), value);
            }
        }
        return JsonText.of(object);
    }

    private static String cell(ReportColumn column, ConnectionReport connection) {
        boolean number = column.value(connection) instanceof Number;
        return (number ? "<td class=\"number\">" : "<td>") + Markup.escaped(text(column, connection)) + "</td>";
    }
}
