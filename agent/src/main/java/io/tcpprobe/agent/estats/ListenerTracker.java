package io.tcpprobe.agent.estats;

import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.kernel.flow.SocketColumns;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Remembers since when listeners are there, as far as somebody asks: what comes and goes between two looks was never there. Used
 * by several threads.
 */
public final class ListenerTracker {
    /**
     * The listeners of a snapshot. Places are those of the snapshot's sockets.
     *
     * @param snapshot the snapshot
     * @param since sysUpTime when each was first seen, by cookie
     * @param figures how many connections they have
     */
    public record Listeners(SocketSnapshot snapshot, Map<Long, Long> since, ListenerCounts figures) {
        /** sysUpTime when the listener was first seen, in hundredths of a second; 0 if it was there from the beginning. */
        public long since(int place) {
            return since.getOrDefault(snapshot.sockets().cookie(place), 0L);
        }

        /** Established connections that a process has accepted. */
        public long accepted(int place) {
            return figures.accepted(place);
        }

        /** Connections that wait to be accepted or are not yet established. */
        public long waiting(int place) {
            return snapshot.sockets().receiveQueue(place) + figures.halfOpen(place);
        }
    }

    private final SocketSnapshotCache sockets;
    private final LongSupplier upTime;
    private Listeners last;
    private long lastChange;

    /**
     * Looks for the first time: what is there now has been there from the beginning.
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

    /** The listeners as they are now. */
    public synchronized Listeners current() {
        SocketSnapshot snapshot = sockets.current(SocketOrder.LISTENERS);
        if (snapshot != last.snapshot) {
            look(snapshot);
        }
        return last;
    }

    private void look(SocketSnapshot snapshot) {
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

    /** sysUpTime when the listeners were last seen to have changed, in hundredths of a second; 0 if they never have. */
    public synchronized long lastChange() {
        current();
        return lastChange;
    }

    /** Whether {@link #current} gives them at once; if not, the kernel is asked first. */
    public boolean ready() {
        return sockets.ready(SocketOrder.LISTENERS);
    }
}
