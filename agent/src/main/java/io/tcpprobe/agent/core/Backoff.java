package io.tcpprobe.agent.core;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pauses between attempts: each is twice as long as the one before, up to a maximum, and shortened by up to half at random, so that many
 * agents do not come back at once. Not thread-safe.
 */
public final class Backoff {
    private final long firstNanos;
    private final long lastNanos;
    private final RandomGenerator random;
    private long pauseNanos;

    /**
     * Creates it; no attempt has failed.
     *
     * @param first the first pause
     * @param last the maximum
     */
    public Backoff(Duration first, Duration last, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.lastNanos = last.toNanos();
        this.random = random;
        this.pauseNanos = firstNanos;
    }

    /** Returns the pause after a failed attempt, in nanoseconds. */
    public long nextNanos() {
        long pause = pauseNanos / 2 + random.nextLong(pauseNanos / 2 + 1);
        pauseNanos = Math.min(2 * pauseNanos, lastNanos);
        return pause;
    }

    /** Begins with the first pause again, after a success. */
    public void reset() {
        pauseNanos = firstNanos;
    }
}
