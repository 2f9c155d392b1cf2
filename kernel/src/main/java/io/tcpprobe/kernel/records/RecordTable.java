package io.tcpprobe.kernel.records;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.RowTable;
import io.tcpprobe.kernel.flow.TableStatistics;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Map;

/**
 * The flows of records: a flow has a row from its first record to its last, or until it has been silent for too long. Used by
 * one thread at a time; another thread may copy returned rows at the same time.
 */
public final class RecordTable implements AutoCloseable {
    private static final VarHandle SEQUENCE = ValueLayout.JAVA_INT.varHandle();
    private static final long SAMPLED = FlowLayout.offset(FlowField.SAMPLED);
    private static final FlowField[] OURS = {FlowField.FIRST_SEEN, FlowField.SAMPLED, FlowField.SAMPLES};

    private final FlowIds ids;
    private final RowListener listener;
    private final RowTable table = new RowTable();
    private final RecordIndex index = new RecordIndex();
    private final TableStatistics statistics = new TableStatistics(table, index);
    private MemorySegment memory = table.memory();

    /**
     * Creates an empty table.
     *
     * @param ids allocates flow ids
     * @param listener notified of every record after it was written to its row
     */
    public RecordTable(FlowIds ids, RowListener listener) {
        this.ids = ids;
        this.listener = listener;
    }

    /**
     * Adds a record.
     *
     * @param sampledNanos when it was taken, in CLOCK_MONOTONIC
     * @param maxflows maximum number of flows; a flow beyond it is skipped and counted
     */
    public void accept(ProbeRecord record, long sampledNanos, long maxflows) {
        int row = index.find(record);
        if (row < 0) {
            if (table.live() >= maxflows) {
                statistics.countSkipped();
                return;
            }
            row = create(sampledNanos);
        } else {
            statistics.countFound();
        }
        write(record, table.at(row), sampledNanos);
        listener.sampled(memory, table.at(row));
        if (record.last()) {
            release(row);
            statistics.countEnded();
        }
    }

    private int create(long sampledNanos) {
        int row = table.allocate();
        memory = table.memory();
        index.add(row);
        statistics.countCreated();
        long at = table.at(row);
        beginWrite(at);
        FlowLayout.put(memory, at, FlowField.FIRST_SEEN, sampledNanos);
        FlowLayout.put(memory, at, FlowField.SAMPLES, 0);
        memory.set(ValueLayout.JAVA_INT, at + FlowLayout.FLOW_ID, ids.next(table::inUse));
        return row; // its first record writes the row and makes the sequence even
    }

    private void write(ProbeRecord record, long at, long sampledNanos) {
        beginWrite(at);
        if (record.dialect() == RecordDialect.JSON) {
            RecordRow.copy(record, memory, at, sampledNanos);
        } else {
            RecordRow.write(record, memory, at, OURS);
            memory.set(ValueLayout.JAVA_LONG, at + SAMPLED, sampledNanos);
            FlowLayout.put(memory, at, FlowField.SAMPLES, FlowLayout.number(memory, at, FlowField.SAMPLES) + 1);
        }
        SEQUENCE.setRelease(memory, at + FlowLayout.SEQUENCE, sequence(at) + 1);
    }

    private int sequence(long at) {
        return memory.get(ValueLayout.JAVA_INT, at + FlowLayout.SEQUENCE);
    }

    /** Makes the row's sequence odd. */
    private void beginWrite(long at) {
        SEQUENCE.setOpaque(memory, at + FlowLayout.SEQUENCE, sequence(at) | 1);
        VarHandle.storeStoreFence();
    }

    private void release(int row) {
        index.remove(row);
        table.release(row);
    }

    /**
     * Releases flows that are silent or excluded by the port.
     *
     * @param beforeNanos releases flows last sampled before this time, in CLOCK_MONOTONIC; Long.MIN_VALUE = none
     * @param port releases flows without this port; 0 = none
     */
    public void purge(long beforeNanos, int port) {
        for (int row = 0; row < table.highWater(); row++) {
            if (table.flowId(row) != 0 && (silentSince(row, beforeNanos) || port != 0 && !hasPort(row, port))) {
                release(row);
            }
        }
    }

    /**
     * Releases the flow of a record if it is silent, so that the record begins a new flow, whenever {@link #purge} is called.
     *
     * @param beforeNanos as for {@link #purge}
     */
    public void expire(ProbeRecord record, long beforeNanos) {
        int row = index.find(record);
        if (row >= 0 && silentSince(row, beforeNanos)) {
            release(row);
        }
    }

    private boolean silentSince(int row, long nanos) {
        return nanos != Long.MIN_VALUE && memory.get(ValueLayout.JAVA_LONG, table.at(row) + SAMPLED) - nanos < 0;
    }

    private boolean hasPort(int row, int port) {
        return FlowLayout.number(memory, table.at(row), FlowField.LOCAL_PORT) == port
                || FlowLayout.number(memory, table.at(row), FlowField.REMOTE_PORT) == port;
    }

    /** Releases all flows. */
    public void clear() {
        for (int row = 0; row < table.highWater(); row++) {
            if (table.flowId(row) != 0) {
                release(row);
            }
        }
    }

    /** Returns the rows, valid until {@link #freeOutgrown} or {@link #close}. */
    public FlowRows rows() {
        return table.rows();
    }

    /** Frees memory that was replaced by a larger one and that {@link #rows} may have returned. */
    public void freeOutgrown() {
        table.freeOutgrown();
    }

    /** Returns the current statistics, as a map that the caller may extend. */
    public Map<FlowStatistic, Long> statistics() {
        return statistics.current();
    }

    @Override
    public void close() {
        table.close();
    }
}
