package io.tcpprobe.kernel.flow;

import java.util.EnumMap;
import java.util.Map;

/**
 * The statistics of a source that keeps its flows in a {@link RowTable} and finds them by a hash table. Used by one thread at a
 * time.
 */
public final class TableStatistics {
    /** The hash table that maps a socket or a record to the row of its flow. */
    public interface Index {
        /** Returns the number of slots. */
        int slots();

        /** Returns the size of the table in bytes. */
        long bytes();

        /** Returns the total number of other keys that were probed, a measure of collisions. */
        long steps();
    }

    private final RowTable table;
    private final Index index;
    private long found;
    private long created;
    private long ended;
    private long skipped;

    public TableStatistics(RowTable table, Index index) {
        this.table = table;
        this.index = index;
    }

    /** Counts a lookup that found its flow. */
    public void countFound() {
        found++;
    }

    /** Counts a flow that was added. */
    public void countCreated() {
        created++;
    }

    /** Counts a flow whose connection has ended. */
    public void countEnded() {
        ended++;
    }

    /** Counts a flow that was skipped or removed because of maxflows. */
    public void countSkipped() {
        skipped++;
    }

    /** Returns the current statistics, as a map that the caller may extend. */
    public Map<FlowStatistic, Long> current() {
        Map<FlowStatistic, Long> counted = new EnumMap<>(FlowStatistic.class);
        counted.put(FlowStatistic.ACTIVE_FLOWS, (long) table.live());
        counted.put(FlowStatistic.MEMORY, table.bytes());
        counted.put(FlowStatistic.HASH_SIZE, (long) index.slots());
        counted.put(FlowStatistic.HASH_MEMORY, index.bytes());
        counted.put(FlowStatistic.SEARCH_FLOWS, index.steps());
        counted.put(FlowStatistic.FOUND, found);
        counted.put(FlowStatistic.NEW, created);
        counted.put(FlowStatistic.RESET, ended);
        counted.put(FlowStatistic.MAXFLOW_REACHED, skipped);
        return counted;
    }
}
