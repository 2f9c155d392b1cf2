package io.tcpprobe.agent.core;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;

/** How fresh a value is: if it may be served, and if it should be refreshed in the background so that polling clients do not wait. */
public enum Freshness {
    /** The value is served. */
    FRESH,
    /** The value is served and the next one is read in the background: reading is slow, so it begins before the value is stale. */
    AGING,
    /** The next value is read before anything is served. */
    STALE;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** A shorter wait is not noticeable: a value that is read faster is not refreshed ahead of time. */
    private static final long NOTICEABLE_NANOS = 5 * NANOS_PER_MILLI;

    /**
     * A value is served for this multiple of the time that reading it took. If reading took longer than the maximum age, each request would
     * read again, and the cost of a walk would grow with the square of the rows. With 4, at most half of the time is spent on reading
     * ahead.
     */
    private static final long SERVED = 4;

    /**
     * Returns how fresh a value is. It is served while it is younger than {@code snapshotage} or than four times its reading time,
     * whichever is longer; with {@code snapshotage=0} never. A value that could not be read is stale.
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
