package io.tcpprobe.kernel.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldKeepItsTimeWhenRecordsOfTwoCpusAreOutOfOrder() {
        Timeline timeline = new Timeline();
        assertEquals(0, timeline.next(7 * SECOND));
        assertEquals(300, timeline.next(7 * SECOND + 300));
        assertEquals(300, timeline.next(7 * SECOND + 200));
        assertEquals(450, timeline.next(7 * SECOND + 450));
    }

    @Test
    void shouldGoOnAtOnceWhenTheClockBeginsAnew() {
        Timeline timeline = new Timeline();
        timeline.next(7 * SECOND);
        assertEquals(2 * SECOND, timeline.next(9 * SECOND));
        assertEquals(2 * SECOND, timeline.next(SECOND));
        assertEquals(2 * SECOND + 5, timeline.next(SECOND + 5));
    }
}
