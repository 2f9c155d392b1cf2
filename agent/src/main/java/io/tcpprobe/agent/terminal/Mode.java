package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import java.util.List;

/** What the screen shows, and what the keys are for. */
sealed interface Mode {
    /** The table of flows. */
    record Table() implements Mode {}

    /** The table, and a line to type a condition. */
    record Prompt(String text) implements Mode {}

    /** A list of columns to rank by. */
    record SortMenu(List<TableColumn> columns, int cursor) implements Mode {}

    /** A list of columns to show or to hide. */
    record ColumnMenu(List<TableColumn> columns, int cursor) implements Mode {}

    /**
     * The values of a flow.
     *
     * @param flowId the flow
     * @param scroll number of lines that are scrolled out at the top
     */
    record Detail(long flowId, int scroll) implements Mode {}

    /**
     * The question whether to delete a connection.
     *
     * @param flow the flow as it was when the key was pressed
     * @param before what the screen shows again afterwards
     */
    record Confirm(Flow flow, Mode before) implements Mode {}

    /** The list of keys. */
    record Help(int scroll) implements Mode {}
}
