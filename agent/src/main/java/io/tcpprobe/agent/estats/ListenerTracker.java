package io.tcpprobe.agent.estats;

import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.kernel.flow.SocketColumns;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Records when each listener was first seen. It is updated only on request: a listener that appears and disappears between two scans is not
 * seen. Thread-safe.
 */
public final class ListenerTracker {
    /**
     * The listeners of a snapshot. Places are indexes of the snapshot's sockets.
     *
     * @param snapshot the snapshot
     * @param since sysUpTime when each was first seen, by cookie, in hundredths of a second
     * @param figures the numbers of their connections
     */
    public record Listeners(SocketSnapshot snapshot, Map<Long, Long> since, ListenerCounts figures) {
        /** Returns sysUpTime when the listener was first seen, in hundredths of a second; 0 if it existed when tracking began. */
        public long since(int place) {
            return since.getOrDefault(snapshot.sockets().cookie(place), 0L);
        }

        /** Returns the number of established connections that a process has accepted. */
        public long accepted(int place) {
            return figures.accepted(place);
        }

        /** Returns the number of connections that wait to be accepted or are not yet established. */
        public long waiting(int place) {
            return snapshot.sockets().receiveQueue(place) + figures.halfOpen(place);
        }
    }

    private final SocketSnapshotCache sockets;
    private final LongSupplier upTime;
    private Listeners last;
    private long lastChange;

    /**
     * Makes the first scan: the listeners found now get the time 0.
     *
     * @param upTime sysUpTime, in hundredths of a second
     */
    public ListenerTracker(SocketSnapshotCache sockets, LongSupplier upTime) {
        this.sockets = sockets;
        this.upTime = upTime;
        SocketSnapshot first = sockets.current(SocketOrder.LISTENERS);
        Map<Long, Long> since = new HashMap<>();
        for (int place : first.rows(SocketOrder.LISTENERS)) {
            since.put(first.sockets().cookie(place), 0L);
        }
        last = listeners(first, since);
    }

    private static Listeners listeners(SocketSnapshot snapshot, Map<Long, Long> since) {
        return new Listeners(snapshot, Map.copyOf(since), new ListenerCounts(snapshot));
    }

    /** Returns the current listeners. */
    public synchronized Listeners current() {
        SocketSnapshot snapshot = sockets.current(SocketOrder.LISTENERS);
        if (snapshot != last.snapshot) {
            update(snapshot);
        }
        return last;
    }

    private void update(SocketSnapshot snapshot) {
        long now = upTime.getAsLong();
        SocketColumns columns = snapshot.sockets();
        Map<Long, Long> since = new HashMap<>();
        for (int place : snapshot.rows(SocketOrder.LISTENERS)) {
            long cookie = columns.cookie(place);
            since.put(cookie, last.since.getOrDefault(cookie, now));
        }
        if (!since.keySet().equals(last.since.keySet())) {
            lastChange = now;
        }
        last = listeners(snapshot, since);
    }

    /** Returns sysUpTime when the listeners were last seen to have changed, in hundredths of a second; 0 if they never have. */
    public synchronized long lastChange() {
        current();
        return lastChange;
    }

    /** Returns true if {@link #current} does not block; otherwise it reads the sockets from the kernel first. */
    public boolean ready() {
        return sockets.ready(SocketOrder.LISTENERS);
    }
}
