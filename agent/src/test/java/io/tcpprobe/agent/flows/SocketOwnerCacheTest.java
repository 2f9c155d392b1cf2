package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SocketOwnerCacheTest {
    private static final int INODE = 70;

    private final AtomicLong clock = new AtomicLong();
    private final Map<Integer, Integer> processes = new HashMap<>();
    private final List<Runnable> background = new ArrayList<>();
    private long tookNanos = 100;
    private boolean broken;
    private int scans;

    private final SocketOwnerCache watch = new SocketOwnerCache(this::scan, clock::get, (Executor) background::add);

    private SocketOwners scan() throws IOException {
        scans++;
        clock.addAndGet(tookNanos);
        if (broken) {
            throw new IOException("as the test wants it");
        }
        SocketOwners.Builder found = new SocketOwners.Builder();
        processes.forEach(found::add);
        return found.build();
    }

    private int owner(long takenNanos) {
        return watch.of(takenNanos).process(INODE);
    }

    /** However many snapshots there are. */
    @Test
    void shouldPauseTwentyTimesTheDurationOfAScan() {
        assertEquals(0, owner(0)); // from 0 to 100: the next not before 2100
        processes.put(INODE, 7);
        clock.set(2099);
        assertEquals(0, owner(2099));
        assertEquals(1, scans);
        clock.set(2200);
        assertEquals(7, owner(2200));
        assertEquals(2, scans);
    }

    /** A socket that has an owner may get another. */
    @Test
    void shouldScanForEverySnapshotThatIsAskedForOwners() {
        processes.put(INODE, 7);
        assertEquals(7, owner(0));
        processes.put(INODE, 8);
        clock.set(1_000_000);
        assertEquals(7, owner(50), "a snapshot from before the end of the scan");
        assertEquals(1, scans);
        assertFalse(watch.ready(1_000_000));
        assertEquals(8, owner(1_000_000));
        assertTrue(watch.ready(1_000_000));
        assertEquals(8, owner(1_000_000));
        assertEquals(2, scans);
        processes.clear();
        clock.set(2_000_000);
        assertEquals(0, owner(2_000_000), "not one that has died");
    }

    @Test
    void shouldServeTheLastScanWhileTheNextRunsWhereScansAreLong() {
        tookNanos = 100_000_000;
        assertFalse(watch.ready(0));
        assertEquals(0, owner(0)); // there was no other
        processes.put(INODE, 7);
        long rested = 21 * tookNanos;
        clock.set(rested);
        assertTrue(watch.ready(rested));
        assertEquals(0, owner(rested));
        assertFalse(background.isEmpty());
        background.getFirst().run();
        assertEquals(2, scans);
        assertEquals(7, owner(rested));
        background.getLast().run();
        assertEquals(2, scans, "the other thread has just done it");
        processes.clear();
        clock.addAndGet(21 * tookNanos);
        assertFalse(watch.ready(clock.get()), "nobody has asked for long");
        assertEquals(0, owner(clock.get()));
    }

    @Test
    void shouldServeTheLastOwnersWhenAScanFails() {
        processes.put(INODE, 7);
        assertEquals(7, owner(0));
        broken = true;
        clock.set(1_000_000);
        assertEquals(7, owner(1_000_000));
        assertEquals(2, scans);
        assertEquals(7, owner(1_000_000));
        assertEquals(2, scans, "a failure is not repeated at once");
    }

    @Test
    void shouldKeepTheOwnersOfASnapshot() {
        SnapshotOwners owners = new SnapshotOwners(watch, 0);
        assertFalse(owners.ready());
        assertEquals(0, owners.get().process(INODE));
        processes.put(INODE, 7);
        clock.set(1_000_000);
        assertTrue(owners.ready());
        assertEquals(0, owners.get().process(INODE));
        assertEquals(7, new SnapshotOwners(watch, 1_000_000).get().process(INODE));
    }
}
