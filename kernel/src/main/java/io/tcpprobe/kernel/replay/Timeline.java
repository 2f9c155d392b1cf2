package io.tcpprobe.kernel.replay;

/**
 * When records are due: as far apart as they were taken, or faster or slower by a factor. A time that goes back by more than a
 * second is where somebody opened /proc/net/tcpprobe anew and its clock began again: what follows is due at once. Smaller steps
 * back come from CPUs that overtake one another.
 */
final class Timeline {
    private static final long NEW_RECORDING = 1_000_000_000L;

    private final double speed;
    private long latest = Long.MIN_VALUE;
    private long elapsed;

    /**
     * A timeline without records.
     *
     * @param speed 1 = as recorded, 2 = twice as fast, 0 = everything is due at once
     */
    Timeline(double speed) {
        this.speed = speed;
    }

    /** Goes on to the next record; gives the nanoseconds from the first record on at which it is due. */
    long next(long recordedNanos) {
        if (latest == Long.MIN_VALUE || recordedNanos < latest - NEW_RECORDING) {
            latest = recordedNanos;
        }
        elapsed += Math.max(recordedNanos - latest, 0);
        latest = Math.max(recordedNanos, latest);
        return played(elapsed);
    }

    /** How long it takes to play what has taken so long when it was recorded. */
    long played(long recordedNanos) {
        return speed == 0 ? 0 : (long) (recordedNanos / speed);
    }

    /** Whether records have their times: with speed 0 they have not. */
    boolean timed() {
        return speed > 0;
    }
}
