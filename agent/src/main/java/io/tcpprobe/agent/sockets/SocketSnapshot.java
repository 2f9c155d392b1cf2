package io.tcpprobe.agent.sockets;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.kernel.flow.OwnersOnDemand;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.util.EnumMap;
import java.util.Map;

/** All TCP sockets at one moment. Orders and owners are computed at the first request and do not change afterwards. */
public final class SocketSnapshot {
    /** Has no owners; for snapshots whose processes are not requested. */
    public static final OwnersOnDemand NO_OWNERS = new OwnersOnDemand() {
        @Override
        public SocketOwners get() {
            return SocketOwners.NONE;
        }

        @Override
        public boolean ready() {
            return true;
        }
    };

    private final SocketColumns sockets;
    private final OwnersOnDemand owners;
    private final long takenNanos;
    private final Map<SocketOrder, Lazy<int[]>> orders = new EnumMap<>(SocketOrder.class);
    private final Lazy<int[]> processes;
    private volatile boolean processesRequested;

    /**
     * Creates a snapshot.
     *
     * @param takenNanos when it was taken, in CLOCK_MONOTONIC, in nanoseconds
     * @param owners finds the process that has each socket open
     */
    public SocketSnapshot(SocketColumns sockets, long takenNanos, OwnersOnDemand owners) {
        this.owners = owners;
        this.sockets = sockets;
        this.takenNanos = takenNanos;
        for (SocketOrder order : SocketOrder.values()) {
            orders.put(order, new Lazy<>(() -> order.rows(sockets)));
        }
        processes = new Lazy<>(() -> processes(sockets, owners.get()));
    }

    private static int[] processes(SocketColumns sockets, SocketOwners owners) {
        int[] found = new int[sockets.size()];
        for (int row = 0; row < found.length; row++) {
            found[row] = owners.process(sockets.inode(row));
        }
        return found;
    }

    /** Returns the sockets, unordered. */
    public SocketColumns sockets() {
        return sockets;
    }

    /** Returns true if an order has been computed. */
    boolean has(SocketOrder order) {
        Lazy<int[]> rows = orders.get(order);
        return rows != null && rows.made();
    }

    /** Returns true if the processes are known. */
    boolean hasProcesses() {
        return processes.made();
    }

    /** Returns true if {@link #process} does not wait for a scan. */
    public boolean processesReady() {
        return hasProcesses() || owners.ready();
    }

    /** Finds the processes ahead of the first request. */
    void findProcesses() {
        processes.get();
    }

    /** Returns true if a caller has requested a process. */
    boolean processesRequested() {
        return processesRequested;
    }

    long takenNanos() {
        return takenNanos;
    }

    /** Returns the sockets of an order as indexes of {@link #sockets()}; the array must not be modified. */
    public int[] rows(SocketOrder order) {
        Lazy<int[]> rows = orders.get(order);
        if (rows == null) {
            throw new IllegalStateException(order + " was added to a map that has all");
        }
        return rows.get();
    }

    /** Returns the same and the sockets that {@link #rows} leaves out, because another one has the same index. Computed at each call. */
    public int[] all(SocketOrder order) {
        return order.all(sockets);
    }

    /** Returns the process that has the socket at this index of {@link #sockets()} open; 0 if unknown. */
    public int process(int row) {
        if (!processesRequested) {
            processesRequested = true;
        }
        return processes.get()[row];
    }
}
