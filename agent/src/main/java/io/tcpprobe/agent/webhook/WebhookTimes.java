package io.tcpprobe.agent.webhook;

import java.time.Duration;

/**
 * The times of deliveries.
 *
 * @param answer maximum time from a request to the end of its answer, and so of a connect
 * @param firstPause before the second attempt; each further pause is twice as long, and shortened by up to half at random
 * @param lastPause maximum of the pauses
 * @param repeat after which active events are sent again, in a format that needs it; far less than Alertmanager's resolve_timeout of 5 min
 * @param giveUp after which a notice is not tried again
 * @param stop maximum time for what waits when the agent stops
 */
record WebhookTimes(
        Duration answer, Duration firstPause, Duration lastPause, Duration repeat, Duration giveUp, Duration stop) {
    static final WebhookTimes USUAL = new WebhookTimes(
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            Duration.ofMillis(1500));
}
