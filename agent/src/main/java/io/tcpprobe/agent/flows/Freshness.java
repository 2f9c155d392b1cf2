package io.tcpprobe.agent.flows;

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
     * How fresh something is.
     *
     * @param ageNanos since it began to be read
     * @param buildNanos what it took to read it
     */
    public static Freshness of(long ageNanos, long buildNanos, SettingStore settings) {
        long limit = settings.get(Settings.SNAPSHOTAGE) * NANOS_PER_MILLI;
        if (ageNanos >= limit) {
            return STALE;
        }
        long begin = Math.max(limit / 2, limit - 2 * buildNanos);
        return buildNanos >= NOTICEABLE_NANOS && ageNanos >= begin ? AGING : FRESH;
    }
}
