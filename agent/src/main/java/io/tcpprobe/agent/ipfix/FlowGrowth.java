package io.tcpprobe.agent.ipfix;

import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns records, whose counters are totals, into what each flow has done since its last record: collectors of IPFIX add up. The sum over all
 * records of a flow is its total, also if records between were dropped before they came here. Not thread-safe.
 *
 * <p>What the flows that are live have counted is remembered for a limited number of them. Further flows have one record, at their end.
 */
final class FlowGrowth {
    /** Flows that are remembered, besides those that were live at the beginning. */
    static final int MAX_FLOWS = 100_000;

    private final long forgetNanos;
    private final LongSupplier monotonicNanos;

    /** In the order of their last records. */
    private final SequencedMap<Long, Last> flows = new LinkedHashMap<>();

    private int maxFlows = MAX_FLOWS;

    /** True if a flow was forgotten that may not have ended: what it had counted is unknown if it appears again. */
    private boolean forgotten;

    /**
     * The last record of a flow.
     *
     * @param millis its time, in milliseconds since 1970
     * @param counters its counters, by {@link FlowCounter#place}
     * @param seenNanos when it came here
     */
    @SuppressWarnings("ArrayRecordComponent") // neither compared nor kept elsewhere
    private record Last(long millis, long[] counters, long seenNanos) {}

    /** The growth since the last record, or why there is none. */
    sealed interface Result {
        /** The growth. */
        record Known(FlowInterval interval) implements Result {}

        /** The record cannot be sent. */
        record Unknown(String why) implements Result {}
    }

    /**
     * Creates it without flows.
     *
     * @param forgetNanos a flow without a record for so long may be forgotten, if there are too many
     * @param monotonicNanos a monotonic clock
     */
    FlowGrowth(long forgetNanos, LongSupplier monotonicNanos) {
        this.forgetNanos = forgetNanos;
        this.monotonicNanos = monotonicNanos;
    }

    /**
     * Notes the flows that are live at the beginning. What a connection that is older than the agent has counted until now is not sent: an
     * agent that ran before may have sent it.
     */
    void begin(FlowColumns live, long wallMillis) {
        for (int i = 0; i < live.size(); i++) {
            if (!live.has(FlowField.ACTIVE_OPEN, i)) {
                flows.put(live.flowId(i), new Last(wallMillis, FlowCounter.of(live.at(i)), monotonicNanos.getAsLong()));
            }
        }
        maxFlows = Math.max(MAX_FLOWS, flows.size());
    }

    /** Returns the growth of a flow since its last record. */
    Result since(FlowRecord record) {
        long id = record.number(RecordField.FLOW_ID);
        boolean last = record.number(RecordField.FINAL_RECORD) != 0;
        Last before = flows.remove(id);
        if (before == null && !last && !hasRoom()) {
            return new Result.Unknown(
                    "more than " + maxFlows + " flows are live; the others have a record at their end");
        }
        long[] counters = before == null ? FlowCounter.zero() : before.counters;
        long[] growth = FlowCounter.advance(counters, FlowCounter.of(record));
        if (!last) {
            flows.putLast(id, new Last(record.number(RecordField.TIME), counters, monotonicNanos.getAsLong()));
        }
        if (before == null && forgotten && record.number(RecordField.RECORD_NUMBER) > 1) {
            return new Result.Unknown("the counters of a flow had been forgotten; it is counted from now on");
        }
        try {
            return new Result.Known(FlowInterval.of(record, start(record, before), growth));
        } catch (IllegalArgumentException noAddress) {
            return new Result.Unknown("a flow has no address");
        }
    }

    private static long start(FlowRecord record, @Nullable Last before) {
        if (before != null) {
            return before.millis;
        }
        return record.number(record.has(RecordField.START_TIME) ? RecordField.START_TIME : RecordField.TIME);
    }

    /** Returns true if a further flow can be remembered. Forgets flows without records: the source does not report their ends. */
    private boolean hasRoom() {
        if (flows.size() >= maxFlows) {
            long now = monotonicNanos.getAsLong();
            for (Iterator<Map.Entry<Long, Last>> eldest = flows.entrySet().iterator(); eldest.hasNext(); ) {
                if (now - eldest.next().getValue().seenNanos < forgetNanos) {
                    break;
                }
                eldest.remove();
                forgotten = true;
            }
        }
        return flows.size() < maxFlows;
    }

    /** Returns the number of flows that are remembered. */
    int size() {
        return flows.size();
    }
}
