package io.tcpprobe.agent.series;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowRingTest {
    private static List<Long> seconds(RowRing ring) {
        return ring.rows(_ -> true).stream().map(row -> row[1]).toList();
    }

    @Test
    void shouldKeepTheLastRowsInTheirOrder() {
        RowRing ring = new RowRing(2, 101);
        for (long i = 0; i < 89; i++) {
            ring.add(i, 1000 + i);
        }
        assertEquals(89, ring.rows(_ -> true).size());
        assertEquals(1000, seconds(ring).getFirst());
        for (long i = 89; i < 350; i++) {
            ring.add(i, 1000 + i);
        }
        assertEquals(101, ring.rows(_ -> true).size());
        assertEquals(1249, seconds(ring).getFirst());
        assertEquals(1349, seconds(ring).getLast());
        assertEquals(2 * 8 * 101, ring.maxBytes());
    }

    @Test
    void shouldSelectRows() {
        RowRing ring = new RowRing(2, 7);
        for (long i = 0; i < 12; i++) {
            ring.add(i % 3, i);
        }
        assertEquals(
                List.of(7L, 10L),
                ring.rows(row -> row[0] == 1).stream().map(row -> row[1]).toList());
        assertTrue(ring.rows(row -> row[0] == 5).isEmpty());
    }
}
