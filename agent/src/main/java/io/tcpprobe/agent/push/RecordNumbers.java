package io.tcpprobe.agent.push;

import io.tcpprobe.kernel.flow.FlowColumns;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The numbers of the last records of live flows, and which flows have ended: a snapshot that was begun before a flow's end may still have
 * it. A flow that has no record before its end needs no memory. Not thread-safe.
 */
final class RecordNumbers {
    /** Ended flows that are kept: as many as can wait to be read. Only those that may have had records while they lived are kept. */
    static final int MAX_ENDED = FlowRecordStream.MAX_WAITING;

    /** Passes in which a flow may be missing before it is forgotten: its end may still wait to be read. */
    private static final int MISSING = 3;

    private final Map<Long, Long> last = new HashMap<>();
    private final Map<Long, Integer> missing = new HashMap<>();
    private final SequencedMap<Long, Long> endedNanos = new LinkedHashMap<>();

    /** Returns the number of the next record of a live flow. */
    long next(long flowId) {
        return last.merge(flowId, 1L, Long::sum);
    }

    /**
     * Returns the number of the last record of a flow that has ended now.
     *
     * @param old true if a snapshot from before its end would give it a record
     */
    long end(long flowId, long nanos, boolean old) {
        if (old) {
            endedNanos.putLast(flowId, nanos);
            if (endedNanos.size() > MAX_ENDED) {
                endedNanos.pollFirstEntry();
            }
        }
        Long before = last.remove(flowId);
        return before == null ? 1 : before + 1;
    }

    /** Returns true if an old flow of a snapshot has ended meanwhile. */
    boolean hasEnded(long flowId) {
        return endedNanos.containsKey(flowId);
    }

    /** Forgets the flows that are missing in this snapshot and the ones before, and those that ended before it was taken. */
    void retain(FlowColumns flows, long takenNanos) {
        missing.keySet().retainAll(last.keySet());
        last.keySet().removeIf(id -> {
            if (flows.indexOf(id) >= 0) {
                missing.remove(id);
                return false;
            }
            return missing.merge(id, 1, Integer::sum) >= MISSING;
        });
        endedNanos.values().removeIf(nanos -> nanos - takenNanos < 0);
    }
}
