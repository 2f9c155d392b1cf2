package io.tcpprobe.kernel.bpf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The counters of the programs, summed over all CPUs: {@code struct counters} of tcpprobe.h.
 *
 * @param found segments of known flows, as far as samples have reported them
 * @param created new flows
 * @param ended connections that ended
 * @param maxflowReached new flows that were skipped because maxflows was reached
 * @param memoryAllocFailed new flows that were skipped for lack of memory
 * @param ringFull samples and events that were dropped because a ring buffer was full
 * @param purged flows released before their connection ended
 * @param rowsLost rows that could not be returned to the free list
 * @param connectsRefused calls of connect() that the peer refused
 * @param connectsTimedOut calls of connect() that were not answered
 * @param connectsUnreachable calls of connect() whose peer cannot be reached
 * @param connectsOther calls of connect() that failed for another reason
 * @param listenersSkipped listeners that are not counted for lack of a row
 */
record BpfCounters(
        long found,
        long created,
        long ended,
        long maxflowReached,
        long memoryAllocFailed,
        long ringFull,
        long purged,
        long rowsLost,
        long connectsRefused,
        long connectsTimedOut,
        long connectsUnreachable,
        long connectsOther,
        long listenersSkipped) {
    private static final int FIELDS = 13;

    static BpfCounters read(BpfObject object) throws IOException {
        Libbpf libbpf = object.libbpf();
        int cpus = libbpf.possibleCpus();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(ValueLayout.JAVA_LONG, (long) cpus * FIELDS);
            libbpf.lookUp(object.mapFd("counters"), 0, values);
            long[] sums = new long[FIELDS];
            for (int i = 0; i < cpus * FIELDS; i++) {
                sums[i % FIELDS] += values.getAtIndex(ValueLayout.JAVA_LONG, i);
            }
            return new BpfCounters(
                    sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7], sums[8], sums[9], sums[10],
                    sums[11], sums[12]);
        }
    }
}
