package io.tcpprobe.agent.sockets;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.kernel.flow.OwnersOnDemand;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.util.EnumMap;
import java.util.Map;

/** All TCP sockets at one moment. Orders and owners are made when they are asked for first, and never change then. */
public final class SocketSnapshot {
    /** For those that nobody asks for owners. */
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
    private volatile boolean processesAsked;

    /**
     * A snapshot.
     *
     * @param takenNanos when it was taken, in CLOCK_MONOTONIC
     * @param owners finds out who has which socket open
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

    /** The sockets, in no order. */
    public SocketColumns sockets() {
        return sockets;
    }

    /** Whether the places of an order are known. */
    boolean has(SocketOrder order) {
        Lazy<int[]> rows = orders.get(order);
        return rows != null && rows.made();
    }

    /** Whether the processes are known. */
    boolean hasProcesses() {
        return processes.made();
    }

    /** Returns true if {@link #process} does not wait for a search. */
    public boolean processesReady() {
        return hasProcesses() || owners.ready();
    }

    /** Finds the processes, before anybody asks. */
    void findProcesses() {
        processes.get();
    }

    /** Whether somebody has asked for a process. */
    boolean processesAsked() {
        return processesAsked;
    }

    long takenNanos() {
        return takenNanos;
    }

    /** The places in {@link #sockets()} of the sockets of an order; not to be written to. */
    public int[] rows(SocketOrder order) {
        Lazy<int[]> rows = orders.get(order);
        if (rows == null) {
            throw new IllegalStateException(order + " was added to a map that has all");
        }
        return rows.get();
    }

    /** The process that has the socket at this place of {@link #sockets()} open; 0 if none is known. */
    public int process(int row) {
        if (!processesAsked) {
            processesAsked = true;
        }
        return processes.get()[row];
    }
}
