package io.tcpprobe.agent.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** What the push connectors have sent, by the name of the connector. Thread-safe. */
public final class PushCounts {
    private final Map<String, Supplier<Statistics>> connectors = new ConcurrentSkipListMap<>();

    /**
     * What a connector has sent. An item is a flow record, a change of an event, or one set of metrics or groups.
     *
     * @param sent items that the receiver has accepted
     * @param failed items that the receiver has rejected, or that were not accepted before the agent stopped
     * @param dropped items that were not sent because too many waited
     * @param retries batches that were sent again
     * @param waiting items that wait
     * @param lastFailure why the last attempt failed; empty after a success
     */
    public record Statistics(long sent, long failed, long dropped, long retries, long waiting, String lastFailure) {}

    /** Adds a connector. */
    public void add(String connector, Supplier<Statistics> statistics) {
        connectors.put(connector, statistics);
    }

    /** Returns the statistics of the connectors that are on, by name. */
    public Map<String, Statistics> current() {
        Map<String, Statistics> all = new LinkedHashMap<>();
        connectors.forEach((name, statistics) -> all.put(name, statistics.get()));
        return Collections.unmodifiableMap(all);
    }
}
