package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import java.util.Optional;
import java.util.function.Function;

/**
 * A column of the table of flows.
 *
 * @param name its name in options, as of the field or the measure
 * @param heading its name where there is little room
 * @param kind how its cells are drawn
 * @param measure ranks the flows by it; empty if that is not possible
 * @param cell the text of a cell
 */
public record TableColumn(
        String name, String heading, Kind kind, Optional<FlowMeasure> measure, Function<Row, String> cell) {
    /** How cells are drawn. */
    enum Kind {
        /** An address and a port: shortened in the middle. */
        ENDPOINT(true, 18),
        /** A name: shortened at its end. */
        NAME(true, 10),
        /** A text that is not shortened. */
        TEXT(false, 0),
        /** As a text, in the style of the flow's verdict. */
        VERDICT(false, 0),
        /** Aligned to the right, and not shortened. */
        NUMBER(false, 0);

        private final boolean shortened;
        private final int minimum;

        Kind(boolean shortened, int minimum) {
            this.shortened = shortened;
            this.minimum = minimum;
        }

        /** Returns the minimum width of a column whose widest cell has this width. */
        int minimum(int widest) {
            return shortened ? Math.min(widest, minimum) : widest;
        }
    }

    /**
     * A row of the table.
     *
     * @param flow the flow
     * @param id its id in the running agent; {@link ValueText#ABSENT} if there is none
     */
    record Row(Flow flow, String id) {}

    /** Returns the text of a cell, as it is shown. */
    String text(Row row) {
        return Printable.of(cell.apply(row));
    }

    /** Returns true if it has the id in the running agent. */
    public boolean isId() {
        return equals(TableColumns.ID);
    }

    /** Returns the text of a flow, for a column that is composed of several values; empty if it is absent. */
    public Optional<String> composed(Flow flow) {
        String text = text(new Row(flow, ValueText.ABSENT));
        return equals(TableColumns.LIMITED_BY) && !text.equals(ValueText.ABSENT) ? Optional.of(text) : Optional.empty();
    }
}
