package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.core.PushCounts;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularType;

/** What the push connectors have sent, as tabular data. */
final class PushTable {
    private static final String CONNECTOR = "connector";

    private static final OpenTable<Map.Entry<String, PushCounts.Statistics>> TABLE = new OpenTable<>(
            new OpenTable.Names("Push", "One push connector.", "Pushed", "The push connectors that are on.", CONNECTOR),
            List.of(
                    OpenTable.Column.of(CONNECTOR, SimpleType.STRING, "Name of the connector.", Map.Entry::getKey),
                    number("sent", "Items that the receiver has accepted.", PushCounts.Statistics::sent),
                    number(
                            "failed",
                            "Items that the receiver has rejected, or that were not accepted before the end.",
                            PushCounts.Statistics::failed),
                    number(
                            "dropped",
                            "Items that were not sent because too many waited.",
                            PushCounts.Statistics::dropped),
                    number("retries", "Batches that were sent again.", PushCounts.Statistics::retries),
                    number("waiting", "Items that wait.", PushCounts.Statistics::waiting),
                    OpenTable.Column.of(
                            "lastFailure",
                            SimpleType.STRING,
                            "Why the last attempt failed; empty after a success.",
                            row -> row.getValue().lastFailure())));

    /** The type of the table. */
    static final TabularType TYPE = TABLE.type();

    private PushTable() {}

    private static OpenTable.Column<Map.Entry<String, PushCounts.Statistics>> number(
            String name, String doc, ToLongFunction<PushCounts.Statistics> number) {
        return OpenTable.Column.of(name, SimpleType.LONG, doc, row -> number.applyAsLong(row.getValue()));
    }

    /** Returns the connectors that are on. */
    static TabularData of(PushCounts counts) {
        return TABLE.of(List.copyOf(counts.current().entrySet()));
    }
}
