package io.tcpprobe.agent.core;

import java.util.function.LongSupplier;

/**
 * The clocks of the agent.
 *
 * @param monotonicNanos CLOCK_MONOTONIC in nanoseconds, the clock of the rows
 * @param wallMillis milliseconds since 1970-01-01 UTC
 */
public record Clocks(LongSupplier monotonicNanos, LongSupplier wallMillis) {
    /** Returns the clocks of this host. */
    public static Clocks system() {
        return new Clocks(System::nanoTime, System::currentTimeMillis);
    }
}
