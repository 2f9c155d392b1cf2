package io.tcpprobe.agent.jmx;

import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.HostCounters;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The host's retransmitted segments per second: the growth of the counter RetransSegs since the previous reading. There is no
 * rate at the first reading, nor after a pause of more than a minute, whose average would hide what happened.
 */
final class RetransmissionRate {
    private static final long SECOND = 1_000_000_000L;
    private static final long MIN_INTERVAL_NANOS = SECOND;
    private static final long MAX_INTERVAL_NANOS = 60 * SECOND;
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

    /** Returns the rate since the previous reading, in segments per second, over at least one second; null if there is none. */
    synchronized @Nullable Double perSecond() {
        Counters now = counters.tcp();
        long at = monotonicNanos.getAsLong();
        long elapsed = at - readAt;
        if (begun && elapsed < MIN_INTERVAL_NANOS) {
            return rate; // concurrent and rapid readers get the same rate
        }
        long value = now.value(COUNTER);
        rate = begun && elapsed <= MAX_INTERVAL_NANOS && now.has(COUNTER)
                ? (value - segments) * (double) SECOND / elapsed
                : null;
        begun = true;
        readAt = at;
        segments = value;
        return rate;
    }
}
