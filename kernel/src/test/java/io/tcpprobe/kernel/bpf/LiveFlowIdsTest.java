package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveFlowIdsTest {
    private final Arena arena = Arena.ofShared(); // JUnit runs each method in its own thread

    @AfterEach
    void free() {
        arena.close();
    }

    private LiveFlowIds ids(int last, int... ids) {
        MemorySegment memory = arena.allocate((long) ids.length * FlowLayout.SIZE, 8);
        for (int row = 0; row < ids.length; row++) {
            memory.set(ValueLayout.JAVA_INT, (long) row * FlowLayout.SIZE + FlowLayout.FLOW_ID, ids[row]);
        }
        return LiveFlowIds.of(new FlowRows(memory, ids.length), last);
    }

    private static long range(int first, int last) {
        return (long) first << 32 | Integer.toUnsignedLong(last);
    }

    @Test
    void shouldOrderByAgeAndLeaveOutFreeRows() {
        LiveFlowIds ids = ids(7, 7, 0, 3, -5, 6);
        assertEquals(4, ids.count());
        assertEquals(-5, ids.youngestOf(1));
        assertEquals(3, ids.youngestOf(2));
        assertEquals(7, ids.youngestOf(4));
    }

    @Test
    void shouldLetAllGoWhenNoneFits() {
        assertEquals(8, ids(7, 3, 6).youngestOf(0));
    }

    @Test
    void shouldPutIdsNearEachOtherIntoOneRange() {
        assertArrayEquals(
                new long[] {range(100, 4_000_000), range(20_000_000, 20_000_000), 0, 0},
                ids(50, 20_000_000, 100, 4_000_000).next(4));
    }

    @Test
    void shouldNameTheNextRangesFirst() {
        assertArrayEquals(
                new long[] {range(-3, 2), range(100_000_000, 100_000_000)},
                ids(-100, 2, -3, 100_000_000, 200_000_000).next(2));
    }
}
