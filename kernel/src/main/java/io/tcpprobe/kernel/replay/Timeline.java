package io.tcpprobe.kernel.replay;

/**
 * Computes when records are due: with the recorded intervals, divided by a speed factor. If the time goes back by more than a
 * second, a reader has opened /proc/net/tcpprobe again and restarted its clock: the next record is due at once. Smaller steps
 * back are caused by records of different CPUs that are out of order.
 */
final class Timeline {
    private static final long NEW_RECORDING = 1_000_000_000L;

    /** 146 years: a bound for files whose time goes back and forth. */
    private static final long LATEST = Long.MAX_VALUE / 2;

    private final double speed;
    private long latest = Long.MIN_VALUE;
    private long elapsed;

    /**
     * Creates a timeline without records.
     *
     * @param speed 1 = as recorded, 2 = twice as fast, 0 = everything is due at once
     */
    Timeline(double speed) {
        this.speed = speed;
    }

    /** Advances to the next record; returns when it is due, in nanoseconds after the first record. */
    long next(long recordedNanos) {
        if (latest == Long.MIN_VALUE || recordedNanos < latest - NEW_RECORDING) {
            latest = recordedNanos;
        }
        elapsed += Math.clamp(recordedNanos - latest, 0, LATEST - elapsed);
        latest = Math.max(recordedNanos, latest);
        return played(elapsed);
    }

    /** Converts a recorded duration to the duration of its replay. */
    long played(long recordedNanos) {
        return speed == 0 ? 0 : (long) (recordedNanos / speed);
    }

    /** Returns true if records are replayed at their times; false if the speed is 0. */
    boolean timed() {
        return speed > 0;
    }
}
