package io.tcpprobe.kernel.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ListenerTableTest {
    private static final ListenerTable TABLE = new ListenerTable.Builder(
                    EnumSet.of(ListenerCounter.SYNS, ListenerCounter.CONNECTIONS))
            .listener(17)
            .set(17, ListenerCounter.SYNS, 3)
            .set(17, ListenerCounter.ACCEPTED, 2)
            .listener(19)
            .build();

    @Test
    void shouldHaveWhatTheSourceCounts() {
        assertEquals(3, TABLE.get(17, ListenerCounter.SYNS));
        assertEquals(Set.of(17L, 19L), TABLE.cookies());
        assertTrue(TABLE.counts(ListenerCounter.CONNECTIONS));
    }

    @Test
    void shouldNotHaveWhatTheSourceDoesNotCount() {
        assertFalse(TABLE.counts(ListenerCounter.ACCEPTED));
        assertEquals(ListenerTable.UNKNOWN, TABLE.get(17, ListenerCounter.ACCEPTED));
    }

    @Test
    void shouldTellUnknownFromZero() {
        assertEquals(ListenerTable.UNKNOWN, TABLE.get(19, ListenerCounter.SYNS));
        assertEquals(ListenerTable.UNKNOWN, TABLE.get(18, ListenerCounter.SYNS));
        assertEquals(ListenerTable.UNKNOWN, ListenerTable.NONE.get(17, ListenerCounter.SYNS));
    }
}
