package io.tcpprobe.agent.fleet;

import org.jspecify.annotations.Nullable;

/**
 * What a record adds to the one that was delivered before it.
 *
 * @param now the record
 * @param before the last one of the same flow that was delivered; null if there is none
 */
record Growth(SimulatedRecord now, @Nullable SimulatedRecord before) {
    /** The first record of an older connection adds nothing. */
    static final long MAX_NEW_MILLIS = 300_000;

    long of(SimulatedRecord.Counter counter) {
        if (before != null) {
            return now.value(counter) - before.value(counter);
        }
        return now.durationMillis() < MAX_NEW_MILLIS ? now.value(counter) : 0;
    }

    boolean firstOfMinute() {
        return before == null || before.millis() / FleetPlan.MINUTE_MILLIS != now.millis() / FleetPlan.MINUTE_MILLIS;
    }
}
