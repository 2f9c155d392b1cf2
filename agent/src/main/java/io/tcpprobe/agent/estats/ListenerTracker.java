package io.tcpprobe.agent.estats;

import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
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
     * @param figures the numbers of their connections, as far as they follow from the snapshot
     * @param counted what the source of flows counts for each
     */
    public record Listeners(
            SocketSnapshot snapshot, Map<Long, Long> since, ListenerCounts figures, ListenerTable counted) {
        /** Returns sysUpTime when the listener was first seen, in hundredths of a second; 0 if it existed when tracking began. */
        public long since(int place) {
            return since.getOrDefault(snapshot.sockets().cookie(place), 0L);
        }

        /** Returns what the source of flows has counted; {@link ListenerTable#UNKNOWN} if it has not. */
        public long counted(int place, ListenerCounter counter) {
            return counted.get(snapshot.sockets().cookie(place), counter);
        }

        /** Returns the number of established connections that a process has accepted. */
        public long accepted(int place) {
            long exact = counted(place, ListenerCounter.CONNECTIONS);
            return exact == ListenerTable.UNKNOWN ? figures.accepted(place) : exact;
        }

        /** Returns the number of connections that wait to be accepted or are not yet established. */
        public long waiting(int place) {
            long exact = counted(place, ListenerCounter.BACKLOG);
            return exact == ListenerTable.UNKNOWN
                    ? snapshot.sockets().receiveQueue(place) + figures.halfOpen(place)
                    : exact;
        }

        /** Returns the number of connections that wait to be accepted, of the same moment as {@link #waiting} and never more. */
        public long toAccept(int place) {
            long exact = counted(place, ListenerCounter.ACCEPT_QUEUE);
            return exact == ListenerTable.UNKNOWN ? snapshot.sockets().receiveQueue(place) : exact;
        }

        /**
         * Returns the number of connections that were dropped from the backlog. A source that does not count them has the drops of the
         * listener's socket instead, among them SYNs that were dropped before they were in the backlog.
         *
         * @return {@link ListenerTable#UNKNOWN} if neither is known
         */
        public long dropped(int place) {
            return counted.counts(ListenerCounter.DROPPED)
                    ? counted(place, ListenerCounter.DROPPED)
                    : snapshot.sockets().drops(place);
        }
    }

    private final SocketSnapshotCache sockets;
    private final FlowSnapshotCache flows;
    private final LongSupplier upTime;
    private Listeners last;
    private long lastChange;

    /**
     * Makes the first scan: the listeners found now get the time 0.
     *
     * @param flows have what the source counts for single listeners
     * @param upTime sysUpTime, in hundredths of a second
     */
    public ListenerTracker(SocketSnapshotCache sockets, FlowSnapshotCache flows, LongSupplier upTime) {
        this.sockets = sockets;
        this.flows = flows;
        this.upTime = upTime;
        SocketSnapshot first = sockets.current(SocketOrder.LISTENERS);
        Map<Long, Long> since = new HashMap<>();
        for (int place : first.rows(SocketOrder.LISTENERS)) {
            since.put(first.sockets().cookie(place), 0L);
        }
        last = new Listeners(first, since, new ListenerCounts(first), ListenerTable.NONE);
    }

    /** Returns the current listeners. */
    public synchronized Listeners current() {
        SocketSnapshot snapshot = sockets.current(SocketOrder.LISTENERS);
        ListenerTable counted = flows.current().listeners();
        if (snapshot != last.snapshot) {
            update(snapshot, counted);
        } else if (counted != last.counted) {
            last = new Listeners(snapshot, last.since, last.figures, counted);
        }
        return last;
    }

    private void update(SocketSnapshot snapshot, ListenerTable counted) {
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
        last = new Listeners(snapshot, since, new ListenerCounts(snapshot), counted);
    }

    /** Returns sysUpTime when the listeners were last seen to have changed, in hundredths of a second; 0 if they never have. */
    public synchronized long lastChange() {
        current();
        return lastChange;
    }

    /** Returns true if {@link #current} does not block; otherwise it reads the sockets or the flows from the kernel first. */
    public boolean ready() {
        return flows.ready() && sockets.ready(SocketOrder.LISTENERS);
    }
}
