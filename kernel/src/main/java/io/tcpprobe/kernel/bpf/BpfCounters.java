package io.tcpprobe.kernel.bpf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the programs have counted, all CPUs together: {@code struct counters} of tcpprobe.h.
 *
 * @param found segments of flows that were known, as far as samples have told
 * @param created flows that were new
 * @param ended connections that ended
 * @param maxflowReached new flows that were skipped because maxflows was reached
 * @param memoryAllocFailed new flows that were skipped for want of memory
 * @param ringFull samples and events that were dropped because a ring was full
 * @param purged flows let go though their connection had not ended
 * @param rowsLost rows that could not be given back
 */
record BpfCounters(
        long found,
        long created,
        long ended,
        long maxflowReached,
        long memoryAllocFailed,
        long ringFull,
        long purged,
        long rowsLost) {
    private static final int FIELDS = 8;

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
            return new BpfCounters(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]);
        }
    }
}
