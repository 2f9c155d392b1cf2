package io.tcpprobe.agent.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.SocketColumns;
import io.tcpprobe.kernel.SocketEnds;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** With a clock that goes on by a step whenever it is read, so that a look takes one step. */
class OwnerWatchTest {
    private static final long SHORT_STEP = 100;
    private static final long LONG_STEP = 10_000_000;
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong clock = new AtomicLong();
    private final Map<Integer, Integer> processes = new HashMap<>();
    private int looks;

    private OwnerWatch watch(long step, Executor aside) {
        return new OwnerWatch(this::look, () -> clock.getAndAdd(step), aside);
    }

    private SocketOwners look() {
        looks++;
        SocketOwners.Builder found = new SocketOwners.Builder();
        processes.forEach(found::add);
        return found.build();
    }

    private static SocketColumns sockets(int... inodes) {
        SocketColumns.Builder sockets = new SocketColumns.Builder(inodes.length);
        for (int inode : inodes) {
            sockets.add(new byte[SocketEnds.SIZE], 1, inode, inode, 0, 0);
        }
        return sockets.build();
    }

    private static int processOf(OwnerWatch watch, int inode) {
        return watch.of(sockets(inode)).process(inode);
    }

    @Test
    void shouldRestTwentyTimesAsLongAsALookTook() {
        OwnerWatch watch = watch(SHORT_STEP, Runnable::run);
        assertEquals(0, processOf(watch, 70)); // from 100 to 200: the next not before 200 + 2000
        processes.put(70, 7);
        clock.set(2199);
        assertEquals(0, processOf(watch, 70));
        clock.set(2200);
        assertEquals(7, processOf(watch, 70));
    }

    @Test
    void shouldLookAgainForNewSocketsOrAfterTenSeconds() {
        OwnerWatch watch = watch(SHORT_STEP, Runnable::run);
        processes.put(70, 7);
        assertEquals(7, processOf(watch, 70));
        processes.put(70, 8);
        processes.put(71, 9);
        clock.set(9 * SECOND);
        assertEquals(7, processOf(watch, 70), "nothing new: it was not looked for");
        watch.of(sockets(70, 0));
        assertEquals(1, looks, "no process has inode 0");
        assertEquals(9, processOf(watch, 71));
        assertEquals(8, processOf(watch, 70));
        processes.put(70, 7);
        clock.addAndGet(10 * SECOND);
        assertEquals(7, processOf(watch, 70));
    }

    @Test
    void shouldServeTheLastLookWhileALongOneIsDoneAside() {
        List<Runnable> aside = new ArrayList<>();
        OwnerWatch watch = watch(LONG_STEP, aside::add);
        assertFalse(watch.atHand());
        clock.set(0);
        assertEquals(0, processOf(watch, 70)); // there was no other: it looks itself
        processes.put(70, 7);
        clock.set(22 * LONG_STEP);
        assertTrue(watch.atHand());
        assertEquals(0, processOf(watch, 70));
        assertEquals(1, aside.size());
        aside.getFirst().run();
        assertEquals(7, processOf(watch, 70));
        processes.clear();
        clock.addAndGet(60 * SECOND);
        assertFalse(watch.atHand(), "a minute old");
        assertEquals(0, processOf(watch, 70));
    }
}
