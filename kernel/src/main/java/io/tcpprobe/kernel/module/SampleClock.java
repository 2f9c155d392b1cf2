package io.tcpprobe.kernel.module;

/** Converts a record's time, which counts from the last opening of the file, to CLOCK_MONOTONIC. */
final class SampleClock {
    private static final long STEP = 1_000_000_000L;

    private long base;
    private long latest;

    /** Resets the clock when the file is opened. */
    void begin(long nowNanos) {
        base = nowNanos;
        latest = 0;
    }

    /** Returns when a record that is read now was taken. The clock restarts when another reader opens the file. */
    long at(long recordNanos, long nowNanos) {
        boolean again = recordNanos < latest - STEP;
        latest = again ? recordNanos : Math.max(latest, recordNanos);
        if (again || base + recordNanos - nowNanos > 0) {
            base = nowNanos - recordNanos;
        }
        return base + recordNanos;
    }
}
