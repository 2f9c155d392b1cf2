package io.tcpprobe.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
    private static final Duration LONG = Duration.ofDays(1);

    @Test
    void shouldNotLimitWhatNoMessageAskedFor() {
        assertFalse(TimeLimit.isOver());
        assertTrue(TimeLimit.end(LONG) - System.nanoTime() > LONG.minusHours(1).toNanos());
    }

    @Test
    void shouldGiveWorkAtMostTheTimeThatTheMessageHasLeft() {
        assertTrue(TimeLimit.within(Duration.ZERO, TimeLimit::isOver));
        assertTrue(TimeLimit.within(Duration.ZERO, () -> TimeLimit.end(LONG) - System.nanoTime() <= 0));
        assertTrue(TimeLimit.within(Duration.ZERO, () -> TimeLimit.within(LONG, TimeLimit::isOver)));
        assertFalse(TimeLimit.within(LONG, TimeLimit::isOver));
        assertEquals(1, TimeLimit.within(LONG, () -> 1));
    }
}
