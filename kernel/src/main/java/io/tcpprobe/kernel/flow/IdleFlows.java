package io.tcpprobe.kernel.flow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Finds the longest-idle flows of a source that reads sockets. */
public final class IdleFlows {
    private static final int SYN_SENT = TcpState.SYN_SENT.mib();
    private static final long STATE = FlowLayout.offset(FlowField.STATE);
    private static final long SAMPLED = FlowLayout.offset(FlowField.SAMPLED);
    private static final long[] AGES = {
        FlowLayout.offset(FlowField.LAST_DATA_SENT),
        FlowLayout.offset(FlowField.LAST_DATA_RECEIVED),
        FlowLayout.offset(FlowField.LAST_ACK_RECEIVED)
    };

    private IdleFlows() {}

    /**
     * Returns the flows that have been idle longest, that is have neither sent nor received. A connecting flow is not idle.
     *
     * @param sampledSince rows that were sampled before this time are skipped, since they may have had traffic after their
     *     sample
     * @param minMillis minimum idle time in milliseconds
     * @param max maximum number of flows
     * @return for each flow the row in the low 32 bits and the idle time in milliseconds above them; longest idle first
     */
    public static long[] longest(FlowRows rows, long sampledSince, long minMillis, int max) {
        MemorySegment memory = rows.memory();
        long[] idle = new long[16];
        int count = 0;
        for (int row = 0; row < rows.count(); row++) {
            long at = (long) row * FlowLayout.SIZE;
            if (memory.get(ValueLayout.JAVA_INT, at + FlowLayout.FLOW_ID) == 0
                    || memory.get(ValueLayout.JAVA_BYTE, at + STATE) == SYN_SENT
                    || memory.get(ValueLayout.JAVA_LONG, at + SAMPLED) - sampledSince < 0) {
                continue;
            }
            long millis = idleMillis(memory, at);
            if (millis >= minMillis) {
                if (count == idle.length) {
                    idle = Arrays.copyOf(idle, 2 * count);
                }
                idle[count++] = -(millis << Integer.SIZE | row); // so that sorting puts the longest idle first
            }
        }
        Arrays.sort(idle, 0, count);
        return Arrays.stream(idle, 0, Math.min(count, max))
                .map(negative -> -negative)
                .toArray();
    }

    private static long idleMillis(MemorySegment memory, long at) {
        long millis = Integer.MAX_VALUE;
        for (long age : AGES) {
            millis = Math.min(millis, Integer.toUnsignedLong(memory.get(ValueLayout.JAVA_INT, at + age)));
        }
        return millis;
    }
}
