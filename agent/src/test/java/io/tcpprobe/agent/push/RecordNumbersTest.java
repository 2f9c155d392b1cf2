package io.tcpprobe.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import org.junit.jupiter.api.Test;

class RecordNumbersTest {
    private final RecordNumbers numbers = new RecordNumbers();

    @Test
    void shouldNumberTheRecordsOfAFlow() {
        assertEquals(1, numbers.next(7));
        assertEquals(2, numbers.next(7));
        assertEquals(3, numbers.end(7, 100, true));
        assertEquals(1, numbers.end(8, 100, false), "its only record");
    }

    /** A snapshot that was begun before may have it. */
    @Test
    void shouldKeepAnOldFlowThatHasEndedUntilALaterSnapshot() {
        numbers.end(7, 100, true);
        numbers.retain(TestRow.columns(), 100);
        assertTrue(numbers.hasEnded(7));
        numbers.retain(TestRow.columns(), 101);
        assertFalse(numbers.hasEnded(7));
    }

    @Test
    void shouldKeepOldFlowsAlthoughManyYoungOnesEnd() {
        numbers.end(7, 100, true);
        for (long id = 1000; id < 1000 + 2 * RecordNumbers.MAX_ENDED; id++) {
            numbers.end(id, 100, false);
        }
        assertTrue(numbers.hasEnded(7));
    }

    @Test
    void shouldKeepALimitedNumber() {
        for (long id = 0; id <= RecordNumbers.MAX_ENDED; id++) {
            numbers.end(id, 100, true);
        }
        assertFalse(numbers.hasEnded(0));
        assertTrue(numbers.hasEnded(1));
    }
}
