package io.tcpprobe.kernel.replay;

/**
 * The position in a recording as a function of the clock: it moves with the speed while the recording is played. A change
 * yields a new playhead that begins at the position of the old one, so the position never jumps unless it is moved. Immutable.
 *
 * @param fromNanos the position at {@code atNanos}, in nanoseconds since the first record
 * @param atNanos CLOCK_MONOTONIC
 * @param speed factor of the recorded speed
 * @param playing false if the position stands
 */
record Playhead(long fromNanos, long atNanos, double speed, boolean playing) {
    /** 146 years: no recording is longer. */
    static final long LATEST = 1L << 62;

    /** Returns the position at a time. */
    long position(long nowNanos) {
        return playing ? (long) Math.clamp(fromNanos + (nowNanos - atNanos) * speed, 0, (double) LATEST) : fromNanos;
    }

    /** Returns a playhead that is moved to a position. */
    Playhead moved(long positionNanos, long nowNanos) {
        return new Playhead(positionNanos, nowNanos, speed, playing);
    }

    /** Returns a playhead that goes on from here with another speed. */
    Playhead speed(double factor, long nowNanos) {
        return new Playhead(position(nowNanos), nowNanos, factor, playing);
    }

    /** Returns a playhead that goes on from here, or stands here. */
    Playhead playing(boolean on, long nowNanos) {
        return new Playhead(position(nowNanos), nowNanos, speed, on);
    }
}
