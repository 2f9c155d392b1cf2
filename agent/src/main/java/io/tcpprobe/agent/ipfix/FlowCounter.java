package io.tcpprobe.agent.ipfix;

import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;

/** The counters whose growth is sent. */
enum FlowCounter {
    BYTES_SENT(0, FlowField.BYTES_SENT, RecordField.BYTES_SENT),
    BYTES_RECEIVED(1, FlowField.BYTES_RECEIVED, RecordField.BYTES_RECEIVED),
    SEGS_OUT(2, FlowField.SEGS_OUT, RecordField.SEGS_OUT),
    SEGS_IN(3, FlowField.SEGS_IN, RecordField.SEGS_IN),
    DATA_SEGS_OUT(4, FlowField.DATA_SEGS_OUT, RecordField.DATA_SEGS_OUT),
    DATA_SEGS_IN(5, FlowField.DATA_SEGS_IN, RecordField.DATA_SEGS_IN),
    RETRANS(6, FlowField.RETRANS, RecordField.RETRANS);

    private static final FlowCounter[] ALL = values();
    private static final long UNSIGNED_INT = 1L << Integer.SIZE;

    private final int place;
    private final FlowField field;
    private final RecordField recordField;

    FlowCounter(int place, FlowField field, RecordField recordField) {
        this.place = place;
        this.field = field;
        this.recordField = recordField;
    }

    /** Returns its place in arrays of counters. */
    int place() {
        return place;
    }

    /** Returns the counters of a row, by {@link #place}; 0 if absent. */
    static long[] of(FlowValues row) {
        long[] values = new long[ALL.length];
        for (FlowCounter counter : ALL) {
            values[counter.place] = row.has(counter.field) ? row.number(counter.field) : 0;
        }
        return values;
    }

    /** Returns counters of a flow that has counted nothing. */
    static long[] zero() {
        return new long[ALL.length];
    }

    /**
     * Replaces counters by those of a later record, and returns by how much each has grown. A counter that fell or is absent has not grown, and
     * keeps its value, so that nothing is counted twice when it grows again; one of 32 bits may have wrapped around.
     */
    static long[] advance(long[] counters, FlowRecord later) {
        long[] growth = new long[ALL.length];
        for (FlowCounter counter : ALL) {
            int i = counter.place;
            if (!later.has(counter.recordField)) {
                continue;
            }
            long now = later.number(counter.recordField);
            boolean fell = Long.compareUnsigned(now, counters[i]) < 0;
            if (!fell || counter.wrapped(counters[i], now)) {
                growth[i] = fell ? now - counters[i] + UNSIGNED_INT : now - counters[i];
                counters[i] = now;
            }
        }
        return growth;
    }

    private boolean wrapped(long before, long later) {
        return field.width() == FlowField.Width.U32 && before - later > UNSIGNED_INT / 2;
    }
}
