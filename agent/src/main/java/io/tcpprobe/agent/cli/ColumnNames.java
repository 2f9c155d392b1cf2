package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.terminal.TableColumn;
import io.tcpprobe.agent.terminal.TableColumns;
import io.tcpprobe.config.ProgramName;
import java.util.ArrayList;
import java.util.List;

/** The names of measures and columns in options of {@code flows}. */
final class ColumnNames {
    private static final int LINE_WIDTH = 78;

    private ColumnNames() {}

    /**
     * Returns the measure of {@code --by}.
     *
     * @throws CommandException if there is none of this name
     */
    static FlowMeasure measure(String label) throws CommandException {
        return FlowMeasure.find(label)
                .orElseThrow(() -> new CommandException(
                        Commands.USAGE,
                        "flows --by " + label + ": unknown field; use one of:\n" + String.join("\n", measures())));
    }

    /**
     * Returns the columns of {@code --columns}, without repetitions.
     *
     * @throws CommandException if there is none of one of these names
     */
    static List<TableColumn> columns(String names) throws CommandException {
        List<TableColumn> columns = new ArrayList<>();
        for (String name : names.split(",", -1)) {
            TableColumn column = TableColumns.find(name.strip()).orElseThrow(() -> unknown(name.strip()));
            if (!columns.contains(column)) {
                columns.add(column);
            }
        }
        return columns;
    }

    private static CommandException unknown(String name) {
        List<String> suggestions = Suggestions.to(
                name, TableColumns.all().stream().map(TableColumn::name).toList());
        return new CommandException(
                Commands.USAGE,
                "flows --columns: there is no column '" + name + "'; "
                        + (suggestions.isEmpty() ? "" : "did you mean '" + String.join("' or '", suggestions) + "'? ")
                        + "'" + ProgramName.command("flows --columns") + "' lists them");
    }

    /** Returns the names of the measures that can rank flows, in lines of at most 80 columns. */
    static List<String> measures() {
        return lines(FlowMeasure.all().stream().map(FlowMeasure::label).toList());
    }

    /** Returns the names of all columns, in lines of at most 80 columns. */
    static List<String> all() {
        return lines(TableColumns.all().stream().map(TableColumn::name).toList());
    }

    private static List<String> lines(List<String> names) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String name : names) {
            if (line.length() + name.length() > LINE_WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append("  ").append(name);
        }
        lines.add(line.toString());
        return lines;
    }
}
