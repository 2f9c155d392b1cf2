package io.tcpprobe.agent.groups;

import java.util.Arrays;

/**
 * The ids of the flows that ended last. A snapshot that was begun before a flow's end may still have the flow; it must not be taken for a
 * new one. A ring that grows on demand up to its capacity; then the oldest ids are forgotten, and {@link #knowsSince} returns false for
 * times before they ended.
 */
final class RecentEnds {
    private static final int INITIAL = 64;

    private final int capacity;
    private long[] ids = new long[INITIAL];
    private long[] times = new long[INITIAL];
    private int first;
    private int count;
    private boolean forgot;
    private long forgotNanos;

    /** Creates an empty ring for this many flows, a power of two and at least 64. */
    RecentEnds(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a flow that ended at this time, which is not before that of the flow added last. */
    void add(long id, long nanos) {
        if (count == ids.length) {
            if (count == capacity) {
                forgetFirst();
            } else {
                grow();
            }
        }
        int at = first + count & ids.length - 1;
        ids[at] = id;
        times[at] = nanos;
        count++;
    }

    private void forgetFirst() {
        forgot = true;
        forgotNanos = times[first];
        first = first + 1 & ids.length - 1;
        count--;
    }

    private void grow() {
        long[] moreIds = new long[ids.length * 2];
        long[] moreTimes = new long[ids.length * 2];
        for (int i = 0; i < count; i++) {
            moreIds[i] = ids[first + i & ids.length - 1];
            moreTimes[i] = times[first + i & ids.length - 1];
        }
        ids = moreIds;
        times = moreTimes;
        first = 0;
    }

    /** Returns true if all flows are known that ended at or after this time. */
    boolean knowsSince(long nanos) {
        return !forgot || forgotNanos - nanos < 0;
    }

    /** Returns the ids of the flows that ended at or after this time, in ascending order. */
    long[] since(long nanos) {
        long[] found = new long[count];
        int n = 0;
        for (int i = 0; i < count; i++) {
            int at = first + i & ids.length - 1;
            if (times[at] - nanos >= 0) {
                found[n++] = ids[at];
            }
        }
        long[] sorted = Arrays.copyOf(found, n);
        Arrays.sort(sorted);
        return sorted;
    }
}
