package io.tcpprobe.kernel.module;

/** Turns a record's time, which counts from when somebody opened the file, into CLOCK_MONOTONIC. */
final class SampleClock {
    private static final long STEP = 1_000_000_000L;

    private long base;
    private long latest;

    /** The file is being opened now. */
    void begin(long nowNanos) {
        base = nowNanos;
        latest = 0;
    }

    /** When a record was taken that is read now. The clock begins anew when another reader opens the file. */
    long at(long recordNanos, long nowNanos) {
        boolean again = recordNanos < latest - STEP;
        latest = again ? recordNanos : Math.max(latest, recordNanos);
        if (again || base + recordNanos - nowNanos > 0) {
            base = nowNanos - recordNanos;
        }
        return base + recordNanos;
    }
}
