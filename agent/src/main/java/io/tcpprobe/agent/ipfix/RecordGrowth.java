package io.tcpprobe.agent.ipfix;

import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns records, whose counters are totals, into what each flow has done since its last record: collectors of IPFIX add up. The sum over all
 * records of a flow is its total, also if records between were dropped before they came here, but not if its last one was. Not thread-safe.
 *
 * <p>A source that observes openings can find a connection again, as another flow, after it had given it up; what the connection had counted
 * was sent already. So a flow whose opening was not observed is counted from its first record on.
 *
 * <p>What the flows that are live have counted is remembered for a limited number of them. Further flows have one record, at their end.
 */
final class RecordGrowth {
    /** Flows that are remembered, besides those that were live at the beginning. */
    static final int MAX_FLOWS = 100_000;

    /** Flows of which is remembered that they were forgotten. */
    static final int MAX_FORGOTTEN = MAX_FLOWS;

    private final boolean openings;
    private final long forgetNanos;
    private final LongSupplier monotonicNanos;

    /** In the order of their last records. */
    private final SequencedMap<Long, Last> flows = new LinkedHashMap<>();

    /** Flows that were forgotten and may not have ended: what had been counted is unknown if they appear again. The eldest are first. */
    private final SequencedSet<Long> forgotten = new LinkedHashSet<>();

    private int maxFlows = MAX_FLOWS;

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
     * @param openings true if the source observes the openings of connections
     * @param forgetNanos a flow without a record for so long may be forgotten, if there are too many
     * @param monotonicNanos a monotonic clock
     */
    RecordGrowth(boolean openings, long forgetNanos, LongSupplier monotonicNanos) {
        this.openings = openings;
        this.forgetNanos = forgetNanos;
        this.monotonicNanos = monotonicNanos;
    }

    /**
     * Notes the flows that are live at the beginning. What a connection that is older than the agent has counted until now is not sent: an
     * agent that ran before may have sent it.
     *
     * @param recorded tells which flows have records
     */
    void begin(FlowColumns live, long wallMillis, Predicate<? super FlowValues> recorded) {
        for (int i = 0; i < live.size(); i++) {
            FlowValues flow = live.at(i);
            if (!flow.has(FlowField.ACTIVE_OPEN) && recorded.test(flow)) {
                flows.put(live.flowId(i), new Last(wallMillis, FlowCounter.of(flow), monotonicNanos.getAsLong()));
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
        boolean unknown = before == null && forgotten.remove(id);
        boolean found = before == null && isFound(record);
        long[] counters = before == null ? FlowCounter.zero() : before.counters;
        long[] advance = FlowCounter.advance(counters, record);
        if (!last) {
            flows.putLast(id, new Last(record.number(RecordField.TIME), counters, monotonicNanos.getAsLong()));
        }
        if (unknown) {
            return new Result.Unknown("the counters of a flow had been forgotten; it is counted from now on");
        }
        try {
            return new Result.Known(
                    found
                            ? FlowInterval.of(record, record.number(RecordField.TIME), FlowCounter.zero())
                            : FlowInterval.of(record, start(record, before), advance));
        } catch (IllegalArgumentException noAddress) {
            return new Result.Unknown("a flow has no address");
        }
    }

    /**
     * Returns true if the source has found a connection that was open already: what it had counted may have been sent as another flow. A
     * connect that failed has no segments.
     */
    private boolean isFound(FlowRecord record) {
        return openings && !record.has(RecordField.RETRANS_HANDSHAKE) && record.has(RecordField.SEGS_OUT);
    }

    private static long start(FlowRecord record, @Nullable Last before) {
        if (before != null) {
            return before.millis;
        }
        return record.number(record.has(RecordField.START_TIME) ? RecordField.START_TIME : RecordField.TIME);
    }

    /** Returns true if a further flow can be remembered. Forgets one without records if needed: perhaps its end was not reported. */
    private boolean hasRoom() {
        if (flows.size() < maxFlows) {
            return true;
        }
        Map.Entry<Long, Last> eldest = flows.firstEntry();
        if (monotonicNanos.getAsLong() - eldest.getValue().seenNanos < forgetNanos) {
            return false;
        }
        flows.pollFirstEntry();
        forgotten.addLast(eldest.getKey());
        if (forgotten.size() > MAX_FORGOTTEN) {
            forgotten.removeFirst();
        }
        return true;
    }

    /** Returns the number of flows that are remembered. */
    int size() {
        return flows.size();
    }
}
