package io.tcpprobe.kernel.module;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Times of records as times of CLOCK_MONOTONIC. */
class SampleClockTest {
    private static final long SECOND = 1_000_000_000L;

    private final SampleClock clock = new SampleClock();

    @Test
    void shouldCountFromWhenTheFileWasOpened() {
        clock.begin(100 * SECOND);
        assertEquals(102 * SECOND, clock.at(2 * SECOND, 103 * SECOND));
        assertEquals(102 * SECOND - 5, clock.at(2 * SECOND - 5, 103 * SECOND), "a CPU that was overtaken");
    }

    @Test
    void shouldNeverReturnAFutureTime() {
        clock.begin(100 * SECOND);
        assertEquals(103 * SECOND, clock.at(5 * SECOND, 103 * SECOND));
        assertEquals(104 * SECOND, clock.at(6 * SECOND, 105 * SECOND));
    }

    @Test
    void shouldBeginAnewWhenAnotherReaderOpensTheFile() {
        clock.begin(100 * SECOND);
        clock.at(50 * SECOND, 150 * SECOND);
        assertEquals(160 * SECOND, clock.at(SECOND, 160 * SECOND));
        assertEquals(161 * SECOND, clock.at(2 * SECOND, 162 * SECOND));
    }
}
