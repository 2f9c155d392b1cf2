package io.tcpprobe.agent.push;

import java.time.Duration;

/**
 * The times of a {@link Sender}.
 *
 * @param gather how long it waits after the first record, so that several are sent together
 * @param firstPause before the second attempt; each further pause is twice as long, and shortened by up to half at random
 * @param lastPause maximum of the pauses
 * @param stop maximum time for what waits when the agent stops
 */
public record PushTimes(Duration gather, Duration firstPause, Duration lastPause, Duration stop) {
    /** The times of an agent. */
    public static final PushTimes USUAL = new PushTimes(
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMillis(1500));
}
