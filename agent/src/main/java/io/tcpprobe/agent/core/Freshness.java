package io.tcpprobe.agent.core;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;

/**
 * When something that was read is too old to be served, and when it is time to read it anew before that, so that nobody who
 * asks again and again has to wait.
 */
public enum Freshness {
    /** It is served. */
    FRESH,
    /** It is served, and the next is read meanwhile: that takes so long that it should begin now. */
    AGING,
    /** The next is read first. */
    STALE;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Whoever waits for less does not notice: nothing is read before its time for it. */
    private static final long NOTICEABLE_NANOS = 5 * NANOS_PER_MILLI;

    /**
     * Times what it took to read it, something is served. If that took longer than it may be old, each request would read it
     * anew, and a walk would take the square of the rows. With 4, the next is read half of the time.
     */
    private static final long SERVED = 4;

    /**
     * Returns how fresh something is: served while it is younger than {@code snapshotage}, or than four times what it took to read
     * it, if that is more; with {@code snapshotage=0} never. What could not be read is stale.
     */
    public static Freshness of(RefreshingCache.Reading<?> reading, long nowNanos, SettingStore settings) {
        return reading.outcome() == RefreshingCache.Outcome.READ
                ? of(nowNanos - reading.beganNanos(), reading.tookNanos(), settings)
                : STALE;
    }

    static Freshness of(long ageNanos, long buildNanos, SettingStore settings) {
        long wanted = settings.get(Settings.SNAPSHOTAGE) * NANOS_PER_MILLI;
        long limit = wanted == 0 ? 0 : Math.max(wanted, SERVED * buildNanos);
        if (ageNanos >= limit) {
            return STALE;
        }
        long begin = Math.max(limit / 2, limit - 2 * buildNanos);
        return buildNanos >= NOTICEABLE_NANOS && ageNanos >= begin ? AGING : FRESH;
    }
}
