package io.tcpprobe.agent.jmx;

import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.HostCounters;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Segments that the host retransmits per second: what the counter RetransSegs grew by since it was read before. There is no
 * rate at the first reading, nor after a pause of more than a minute, in which an average would hide what happened.
 */
final class RetransmissionRate {
    private static final long SECOND = 1_000_000_000L;
    private static final long LEAST = SECOND;
    private static final long GREATEST = 60 * SECOND;
    private static final String COUNTER = "RetransSegs";

    private final HostCounters counters;
    private final LongSupplier monotonicNanos;
    private boolean begun;
    private long readAt;
    private long segments;
    private @Nullable Double rate;

    RetransmissionRate(HostCounters counters, LongSupplier monotonicNanos) {
        this.counters = counters;
        this.monotonicNanos = monotonicNanos;
    }

    /** The rate over the time since the reading before, which is at least a second; null if there is none. */
    synchronized @Nullable Double perSecond() {
        Counters now = counters.tcp();
        long at = monotonicNanos.getAsLong();
        long elapsed = at - readAt;
        if (begun && elapsed < LEAST) {
            return rate; // several readers at once, and one reader in a hurry
        }
        long value = now.value(COUNTER);
        rate = begun && elapsed <= GREATEST && now.has(COUNTER) ? (value - segments) * (double) SECOND / elapsed : null;
        begun = true;
        readAt = at;
        segments = value;
        return rate;
    }
}
