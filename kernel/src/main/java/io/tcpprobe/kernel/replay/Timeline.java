package io.tcpprobe.kernel.replay;

/**
 * Computes the recorded time of records since the first one. If the time goes back by more than a second, a reader has opened
 * /proc/net/tcpprobe again and restarted its clock: the next record follows at once. Smaller steps back are caused by records
 * of different CPUs that are out of order.
 */
final class Timeline {
    private static final long NEW_RECORDING = 1_000_000_000L;

    /** 146 years: a bound for files whose time goes back and forth. */
    private static final long LATEST = Long.MAX_VALUE / 2;

    private long latest = Long.MIN_VALUE;
    private long elapsed;

    /** Advances to the next record; returns its time in nanoseconds since the first record, never less than before. */
    long next(long recordedNanos) {
        if (latest == Long.MIN_VALUE || recordedNanos < latest - NEW_RECORDING) {
            latest = recordedNanos;
        }
        elapsed += Math.clamp(recordedNanos - latest, 0, LATEST - elapsed);
        latest = Math.max(recordedNanos, latest);
        return elapsed;
    }
}
