package io.tcpprobe.agent.sockets;

import io.tcpprobe.agent.core.DiscardingExecutor;
import io.tcpprobe.agent.core.Freshness;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.diag.SocketDump;
import io.tcpprobe.kernel.flow.SocketColumns;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the snapshot of all sockets fresh, as {@link FlowSnapshotCache} does for flows: at most {@code snapshotage} old, one for one
 * request, the next one begun before the last is too old, and nothing is read while nobody asks.
 */
public final class SocketSnapshotCache implements AutoCloseable {
    /** What there is if the kernel could not be asked. */
    private static final SocketSnapshot NOTHING =
            new SocketSnapshot(new SocketColumns.Builder(0).build(), 0, SocketSnapshot.NO_OWNERS);

    private static final Logger LOG = LoggerFactory.getLogger(SocketSnapshotCache.class);
    private static final long PROCESSES_WANTED_NANOS = 60_000_000_000L;

    private final FlowSnapshotCache requests;
    private final SettingStore settings;
    private final LongSupplier monotonicNanos;
    private final SocketDump dump = new SocketDump();
    private final DiscardingExecutor ahead = new DiscardingExecutor("sockets-ahead");
    private final ReentrantLock building = new ReentrantLock();
    private final LastFailure failure = new LastFailure();
    private volatile @Nullable SocketSnapshot last;
    private volatile boolean outdated;

    /** Orders that somebody has asked for since the last snapshot was taken. */
    private final Set<SocketOrder> ordersAsked = ConcurrentHashMap.newKeySet();

    private volatile boolean processesEverAsked;

    /** When the last snapshot was taken whose processes somebody asked for. */
    private volatile long processesAskedAt;

    /** What it took to make the last snapshot ready for those who ask. */
    private volatile long buildNanos;

    private boolean closed;

    /**
     * Nothing is read yet.
     *
     * @param requests knows which request a thread works for
     * @param monotonicNanos CLOCK_MONOTONIC
     */
    public SocketSnapshotCache(FlowSnapshotCache requests, SettingStore settings, LongSupplier monotonicNanos) {
        this.requests = requests;
        this.settings = settings;
        this.monotonicNanos = monotonicNanos;
    }

    /**
     * The sockets, at most {@code snapshotage} old, or what was read last if the kernel cannot be asked at present; none if it
     * never could.
     */
    public SocketSnapshot current() {
        return requests.once(this, this::fresh);
    }

    /** The same with an order made, and with the processes found if somebody has asked for processes of late. */
    public SocketSnapshot current(SocketOrder order) {
        SocketSnapshot snapshot = current();
        ordersAsked.add(order);
        snapshot.rows(order);
        if (order.hasProcesses() && processesWanted()) {
            snapshot.findProcesses();
        }
        return snapshot;
    }

    /** Whether {@link #current(SocketOrder)} gives one at once; if not, there is work of milliseconds to do first. */
    public boolean ready(SocketOrder order) {
        if (!requests.ready(this, () -> Optional.ofNullable(last).filter(this::servable))) {
            return false;
        }
        SocketSnapshot snapshot = current();
        return snapshot.has(order) && (!order.hasProcesses() || snapshot.hasProcesses() || !processesWanted());
    }

    /** Whoever asks for processes goes on to do so for the time of a walk at least, or comes again. */
    private boolean processesWanted() {
        SocketSnapshot snapshot = last;
        if (snapshot != null && snapshot.processesAsked()) {
            return true;
        }
        return processesEverAsked && monotonicNanos.getAsLong() - processesAskedAt < PROCESSES_WANTED_NANOS;
    }

    /** Has the next request get what is there then: something was changed. */
    public void outdate() {
        outdated = true;
    }

    private SocketSnapshot fresh() {
        SocketSnapshot known = last;
        if (known != null && (servable(known) || !building.tryLock())) {
            return known; // while one thread reads, the others go on with the last
        }
        if (known == null) {
            building.lock();
        }
        try {
            SocketSnapshot newest = last;
            return newest != null && freshness(newest) != Freshness.STALE ? newest : read();
        } finally {
            building.unlock();
        }
    }

    /** Whether a snapshot is young enough; has the next made if it will soon not be. */
    private boolean servable(SocketSnapshot snapshot) {
        Freshness freshness = freshness(snapshot);
        if (freshness == Freshness.AGING) {
            ahead.execute(this::readAhead);
        }
        return freshness != Freshness.STALE;
    }

    private void readAhead() {
        if (!building.tryLock()) {
            return; // somebody is at it
        }
        try {
            SocketSnapshot known = last;
            if (known != null && freshness(known) != Freshness.FRESH) {
                read();
            }
        } finally {
            building.unlock();
        }
    }

    private Freshness freshness(SocketSnapshot snapshot) {
        long age = monotonicNanos.getAsLong() - snapshot.takenNanos();
        return outdated ? Freshness.STALE : Freshness.of(age, buildNanos, settings);
    }

    private SocketSnapshot read() {
        SocketSnapshot known = last;
        if (closed) {
            return known == null ? NOTHING : known;
        }
        if (known != null && known.processesAsked()) {
            processesAskedAt = known.takenNanos();
            processesEverAsked = true;
        }
        long begin = monotonicNanos.getAsLong();
        outdated = false;
        try {
            SocketColumns columns = dump.read();
            SocketSnapshot read = new SocketSnapshot(columns, begin, requests.owners(begin));
            failure.over();
            prepare(read);
            buildNanos = monotonicNanos.getAsLong() - begin;
            last = read;
            return read;
        } catch (IOException failed) {
            failure.warn(LOG, "read sockets", failed, "the sockets read last, if any, are served");
            return known == null ? NOTHING : known; // tables without rows: an error would end every walk there
        }
    }

    /** Does beforehand what those will ask for who have asked for it of the last one: they need not wait for it then. */
    private void prepare(SocketSnapshot next) {
        for (SocketOrder order : SocketOrder.values()) {
            if (ordersAsked.remove(order)) {
                next.rows(order);
            }
        }
        if (processesWanted()) {
            next.findProcesses();
        }
    }

    @Override
    public void close() {
        ahead.close();
        building.lock();
        try {
            closed = true;
            dump.close();
        } finally {
            building.unlock();
        }
    }
}
