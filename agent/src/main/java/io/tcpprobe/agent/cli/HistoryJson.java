package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.plot.HistoryPlot;
import io.tcpprobe.agent.series.History;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jspecify.annotations.Nullable;

/** Reads what the operation {@code history} of the MBean {@code type=History} returns as JSON. */
final class HistoryJson {
    private HistoryJson() {}

    /**
     * Reads a history.
     *
     * @param what what it is about
     * @throws IOException if it is not a history
     */
    static HistoryPlot.Table parse(String what, @Nullable Object json) throws IOException {
        if (json instanceof JSONObject history
                && history.get("columns") instanceof JSONArray columns
                && history.get("rows") instanceof JSONArray rows
                && !columns.isEmpty()
                && History.TIME.equals(columns.getFirst())) {
            List<@Nullable Long[]> read = new ArrayList<>(rows.size());
            for (Object row : rows) {
                read.add(row(row, columns.size()));
            }
            return new HistoryPlot.Table(
                    what, columns.stream().map(String::valueOf).toList(), read);
        }
        throw new IOException("the agent does not return a history");
    }

    private static @Nullable Long[] row(@Nullable Object json, int size) throws IOException {
        if (!(json instanceof JSONArray numbers) || numbers.size() != size || !(numbers.getFirst() instanceof Number)) {
            throw new IOException("the agent does not return a history: a row does not fit its columns");
        }
        @Nullable Long[] row = new Long[size];
        for (int i = 0; i < size; i++) {
            row[i] = numbers.get(i) instanceof Number number ? number.longValue() : null;
        }
        return row;
    }
}
