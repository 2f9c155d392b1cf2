package io.tcpprobe.agent.sockets;

import io.tcpprobe.agent.core.DiscardingExecutor;
import io.tcpprobe.agent.core.Freshness;
import io.tcpprobe.agent.core.RefreshingCache;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.diag.SocketDump;
import io.tcpprobe.kernel.diag.SocketReader;
import io.tcpprobe.kernel.flow.OwnersOnDemand;
import io.tcpprobe.kernel.flow.SocketColumns;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/** Caches the snapshot of all sockets: at most {@code snapshotage} old, the same during one request. See {@link RefreshingCache}. */
public final class SocketSnapshotCache implements AutoCloseable {
    /** Served if the sockets could never be read: the tables have no rows, where an error would end every walk. */
    private static final SocketSnapshot NOTHING =
            new SocketSnapshot(new SocketColumns.Builder(0).build(), 0, SocketSnapshot.NO_OWNERS);

    private static final long PROCESSES_WANTED_NANOS = 60_000_000_000L;

    private final LongFunction<OwnersOnDemand> owners;
    private final RequestScope requests;
    private final SettingStore settings;
    private final LongSupplier monotonicNanos;
    private final SocketReader reader;
    private final DiscardingExecutor background = new DiscardingExecutor("sockets-ahead");
    private final RefreshingCache<SocketSnapshot> cache;

    /** Orders that were requested since the last snapshot was taken. */
    private final Set<SocketOrder> requestedOrders = ConcurrentHashMap.newKeySet();

    private volatile boolean processesEverRequested;

    /** When the last snapshot was taken whose processes were requested. */
    private volatile long processesRequestedAt;

    /**
     * Creates a cache of the sockets of the agent's network namespace; nothing is read yet.
     *
     * @param flows finds the owners of sockets
     * @param requests the scope of the current request
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     */
    public SocketSnapshotCache(
            FlowSnapshotCache flows, RequestScope requests, SettingStore settings, LongSupplier monotonicNanos) {
        this(new SocketDump(), flows, requests, settings, monotonicNanos);
    }

    /**
     * Creates a cache of other sockets.
     *
     * @param reader reads the sockets; closed with the cache
     */
    public SocketSnapshotCache(
            SocketReader reader,
            FlowSnapshotCache flows,
            RequestScope requests,
            SettingStore settings,
            LongSupplier monotonicNanos) {
        this.reader = reader;
        this.owners = flows::owners;
        this.requests = requests;
        this.settings = settings;
        this.monotonicNanos = monotonicNanos;
        this.cache = new RefreshingCache<>(
                new RefreshingCache.Options<>(
                        "read sockets", this::read, RefreshingCache.WhileReading.SERVE_LAST, background),
                RefreshingCache.Reading.none(NOTHING),
                monotonicNanos);
    }

    /**
     * Returns the sockets, at most {@code snapshotage} old, or those read last if they cannot be read at present; none if they never could
     * be read.
     */
    public SocketSnapshot current() {
        return requests.once(this, () -> cache.current(this::freshness));
    }

    /** Returns the same with an order computed, and with the processes found if they were requested within the last minute. */
    public SocketSnapshot current(SocketOrder order) {
        SocketSnapshot snapshot = current();
        requestedOrders.add(order);
        snapshot.rows(order);
        if (order.hasProcesses() && processesWanted()) {
            snapshot.findProcesses();
        }
        return snapshot;
    }

    /** Returns true if {@link #current(SocketOrder)} does not block; otherwise it has to work for milliseconds first. */
    public boolean ready(SocketOrder order) {
        if (!requests.ready(this, () -> cache.available(this::freshness))) {
            return false;
        }
        SocketSnapshot snapshot = current();
        return snapshot.has(order) && (!order.hasProcesses() || snapshot.hasProcesses() || !processesWanted());
    }

    private Freshness freshness(RefreshingCache.Reading<SocketSnapshot> reading, long nowNanos) {
        return Freshness.of(reading, nowNanos, settings);
    }

    /** Returns true if processes were requested recently: such a client usually continues for at least one walk, or polls. */
    private boolean processesWanted() {
        if (cache.last().value().processesRequested()) {
            return true;
        }
        return processesEverRequested && monotonicNanos.getAsLong() - processesRequestedAt < PROCESSES_WANTED_NANOS;
    }

    /** Marks the sockets as changed, so that the next request reads them again. */
    public void invalidate() {
        cache.invalidate();
    }

    /** Returns the reading of the sockets, which must make progress. */
    public VitalPart vitalPart() {
        return cache;
    }

    private SocketSnapshot read(SocketSnapshot last) throws IOException {
        if (last.processesRequested()) {
            processesRequestedAt = last.takenNanos();
            processesEverRequested = true;
        }
        long began = monotonicNanos.getAsLong();
        SocketSnapshot next = new SocketSnapshot(reader.read(), began, owners.apply(began));
        prepare(next);
        return next;
    }

    /** Computes ahead what callers of the last snapshot have requested, so that they need not wait for it. */
    private void prepare(SocketSnapshot next) {
        for (SocketOrder order : SocketOrder.values()) {
            if (requestedOrders.remove(order)) {
                next.rows(order);
            }
        }
        if (processesWanted()) {
            next.findProcesses();
        }
    }

    @Override
    public void close() {
        background.close();
        cache.close();
        reader.close();
    }
}
