package io.tcpprobe.kernel.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PlayheadTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 77 * SECOND;

    @Test
    void shouldMoveWithTheSpeed() {
        Playhead head = new Playhead(5 * SECOND, START, 2.5, true);
        assertEquals(5 * SECOND, head.position(START));
        assertEquals(10 * SECOND, head.position(START + 2 * SECOND));
    }

    @Test
    void shouldGoOnWithoutAJumpWhenTheSpeedChanges() {
        Playhead head = new Playhead(0, START, 1, true).speed(10, START + 3 * SECOND);
        assertEquals(3 * SECOND, head.position(START + 3 * SECOND));
        assertEquals(23 * SECOND, head.position(START + 5 * SECOND));
        assertEquals(22 * SECOND, head.speed(0.5, START + 4 * SECOND).position(START + 22 * SECOND));
    }

    @Test
    void shouldStandWhileItIsPaused() {
        Playhead paused = new Playhead(0, START, 3, true).playing(false, START + SECOND);
        assertEquals(3 * SECOND, paused.position(START + 99 * SECOND));
        Playhead again = paused.speed(1, START + 50 * SECOND).playing(true, START + 100 * SECOND);
        assertEquals(4 * SECOND, again.position(START + 101 * SECOND));
    }

    @Test
    void shouldMove() {
        Playhead head = new Playhead(0, START, 2, true).moved(40 * SECOND, START + SECOND);
        assertEquals(42 * SECOND, head.position(START + 2 * SECOND));
    }

    @Test
    void shouldNotOverflow() {
        Playhead head = new Playhead(0, START, 999_999, true);
        assertEquals(Playhead.LATEST, head.position(Long.MAX_VALUE));
    }
}
