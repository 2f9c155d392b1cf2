package io.tcpprobe.agent.doctor;

import io.tcpprobe.agent.core.Clocks;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * The wall clock, which stamps events and ended flows.
 *
 * @param clocks the clocks
 * @param offsetMillis wall clock minus monotonic clock when the checks began, in milliseconds
 * @param synchronization returns true if a time service keeps the clock synchronized
 */
record ClockCheck(Clocks clocks, long offsetMillis, Synchronization synchronization) implements Check {
    private static final String NAME = "clock";
    private static final long JUMP_MILLIS = 100;
    private static final Instant PLAUSIBLE = Instant.parse("2025-01-01T00:00:00Z");

    /** The state of the clock. */
    @FunctionalInterface
    interface Synchronization {
        /**
         * Returns true if a time service keeps the clock synchronized.
         *
         * @throws IOException if that cannot be determined
         */
        boolean exists() throws IOException;
    }

    /** Returns wall clock minus monotonic clock, in milliseconds. */
    static long offsetMillis(Clocks clocks) {
        return clocks.wallMillis().getAsLong() - clocks.monotonicNanos().getAsLong() / 1_000_000;
    }

    @Override
    public List<Finding> run() {
        Instant now = Instant.ofEpochMilli(clocks.wallMillis().getAsLong());
        if (now.isBefore(PLAUSIBLE)) {
            return List.of(Finding.warning(NAME, "the wall clock says " + now, "set it, and run a time service"));
        }
        long jump = Math.abs(offsetMillis(clocks) - offsetMillis);
        if (jump > JUMP_MILLIS) {
            return List.of(Finding.warning(
                    NAME,
                    "the wall clock jumped by " + jump + " ms during these checks",
                    "run one time service only, and let it slew the clock"));
        }
        try {
            return List.of(
                    synchronization.exists()
                            ? Finding.ok(NAME, "synchronized")
                            : Finding.warning(
                                    NAME,
                                    "the kernel reports that no time service synchronizes the wall clock",
                                    "run one (systemd-timesyncd, chrony) if times of several hosts are compared"));
        } catch (IOException unknown) {
            return List.of(Finding.ok(NAME, "whether it is synchronized is not known: " + unknown.getMessage()));
        }
    }
}
