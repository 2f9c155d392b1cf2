package io.tcpprobe.agent.flows;

import io.tcpprobe.agent.core.DiscardingExecutor;
import io.tcpprobe.agent.core.Freshness;
import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.OwnersOnDemand;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the snapshot fresh: a request gets one that is at most {@code snapshotage} old. While one thread builds the next,
 * the others go on with the last. Where reading takes its time, it begins before the last is too old, if somebody asks then.
 * Nothing is read while nobody asks.
 */
public final class FlowSnapshotCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlowSnapshotCache.class);

    private final FlowSource source;
    private final SettingStore settings;
    private final LongSupplier monotonicNanos;
    private final LongSupplier wallMillis;
    private final DiscardingExecutor ahead = new DiscardingExecutor("flows-ahead");
    private final DiscardingExecutor ownersAside = new DiscardingExecutor("owners");
    private final SocketOwnerCache owners;
    private final ReentrantLock building = new ReentrantLock();
    private final AtomicLong failures = new AtomicLong();
    private final ScopedValue<Map<Object, Object>> pinned = ScopedValue.newInstance();
    private final LastFailure failure = new LastFailure();
    private volatile FlowSnapshot last;
    private boolean closed;

    /**
     * Starts with a first snapshot of the source, which is this object's own from now on.
     *
     * @param monotonicNanos CLOCK_MONOTONIC, the clock of the rows
     * @param wallMillis milliseconds since 1970
     */
    public FlowSnapshotCache(
            FlowSource source, SettingStore settings, LongSupplier monotonicNanos, LongSupplier wallMillis) {
        this.source = source;
        this.settings = settings;
        this.monotonicNanos = monotonicNanos;
        this.wallMillis = wallMillis;
        this.owners = new SocketOwnerCache(source::owners, monotonicNanos, ownersAside);
        this.last = copy(1, monotonicNanos.getAsLong());
        settings.onChange(_ -> refreshNow());
    }

    /**
     * Does something that is answered from one snapshot: whatever asks for the current one on the way, in this thread, gets
     * the same, however long it takes and however young it is to be.
     */
    public void during(Runnable request) {
        ScopedValue.where(pinned, new HashMap<>()).run(request);
    }

    /** The flows, at most {@code snapshotage} old, or what was read last if the source cannot be read at present. */
    public FlowSnapshot current() {
        return once(this, this::fresh);
    }

    /**
     * The same for all that ask for it on the way of one request (see {@link #during}), made by whoever asks first; outside of
     * a request, made for everyone anew.
     *
     * @param key tells it from other things that belong to the request
     */
    @SuppressWarnings("unchecked") // a key's value is of the type that its first supplier gave
    public <T> T once(Object key, Supplier<T> first) {
        if (!pinned.isBound()) {
            return first.get();
        }
        Map<Object, Object> known = pinned.get();
        T value = (T) known.get(key);
        if (value == null) {
            value = first.get(); // which may ask for other things of the request
            known.put(key, value);
        }
        return value;
    }

    /** Whether {@link #current} gives one at once; if not, it reads the source first, which takes milliseconds. */
    public boolean ready() {
        return ready(this, () -> Optional.of(last).filter(this::servable));
    }

    /**
     * Whether {@link #once} gives a thing of the request at once.
     *
     * @param atHand what could be had without waiting; the request keeps it, or it might be too old by the time it is wanted
     */
    public <T> boolean ready(Object key, Supplier<Optional<T>> atHand) {
        if (pinned.isBound() && pinned.get().containsKey(key)) {
            return true;
        }
        Optional<T> found = atHand.get();
        if (pinned.isBound() && found.isPresent()) {
            pinned.get().put(key, found.get());
        }
        return found.isPresent();
    }

    private FlowSnapshot fresh() {
        FlowSnapshot snapshot = last;
        return servable(snapshot) ? snapshot : refreshUnless(Freshness.FRESH, Freshness.AGING);
    }

    /** Refreshes, unless another thread does, or has just done so. */
    private FlowSnapshot refreshUnless(Freshness... good) {
        if (!building.tryLock()) {
            return last;
        }
        try {
            return List.of(good).contains(freshness(last)) ? last : refresh();
        } finally {
            building.unlock();
        }
    }

    /** Whether a snapshot is young enough; has the next made if it will soon not be. */
    private boolean servable(FlowSnapshot snapshot) {
        Freshness freshness = freshness(snapshot);
        if (freshness == Freshness.AGING) {
            ahead.execute(() -> refreshUnless(Freshness.FRESH));
        }
        return freshness != Freshness.STALE;
    }

    private Freshness freshness(FlowSnapshot snapshot) {
        return Freshness.of(ageNanos(snapshot), snapshot.buildNanos(), settings);
    }

    /**
     * Tells of what happens to flows from now on, as {@link FlowSource#listen}; not while a snapshot is made.
     *
     * @throws IOException if the kernel refuses
     */
    public Optional<FlowListener.Subscription> listen(FlowListener listener) throws IOException {
        building.lock();
        try {
            return closed ? Optional.empty() : source.listen(listener).map(this::alone);
        } finally {
            building.unlock();
        }
    }

    /** Sources are used by one thread at a time. */
    private FlowListener.Subscription alone(FlowListener.Subscription listening) {
        return new FlowListener.Subscription() {
            @Override
            public boolean atRefreshes() {
                return listening.atRefreshes();
            }

            @Override
            public void close() {
                building.lock();
                try {
                    if (!closed) {
                        listening.close();
                    }
                } finally {
                    building.unlock();
                }
            }
        };
    }

    /**
     * Which process has which socket open, for a snapshot of any kind. The owners are found when somebody asks first, and are the
     * same ones from then on: at most as old as the snapshot and one search, unless searches would take more than a twentieth of
     * one processor.
     *
     * @param takenNanos when the snapshot was taken, in CLOCK_MONOTONIC
     */
    public OwnersOnDemand owners(long takenNanos) {
        return new SnapshotOwners(owners, takenNanos);
    }

    /** Reads the source whatever the snapshot's age; waits for a refresh that runs. */
    public FlowSnapshot refreshNow() {
        building.lock();
        try {
            return refresh();
        } finally {
            building.unlock();
        }
    }

    private FlowSnapshot refresh() {
        if (closed) {
            return last;
        }
        long begin = monotonicNanos.getAsLong();
        try {
            source.refresh();
            failure.over();
            last = copy(last.generation() + 1, begin);
        } catch (IOException failed) {
            failures.incrementAndGet();
            failure.warn(LOG, "read source " + source.name(), failed, "the flows read last are served");
            LOG.debug("read source {}: {}", source.name(), failed.getMessage());
        }
        return last;
    }

    private FlowSnapshot copy(long generation, long begin) {
        FlowColumns columns =
                source.live() ? FlowColumns.copyOf(source.rows(), owners(begin)) : FlowColumns.copyOf(source.rows());
        long now = monotonicNanos.getAsLong();
        return new FlowSnapshot(
                columns,
                generation,
                begin,
                wallMillis.getAsLong() * 1_000_000 - now,
                source.statistics(),
                source.socketsByState(),
                now - begin);
    }

    private long ageNanos(FlowSnapshot snapshot) {
        return monotonicNanos.getAsLong() - snapshot.takenNanos();
    }

    /** Age of the snapshot that would be given now, without making a new one, in milliseconds. */
    public long ageMillis() {
        return ageNanos(last) / 1_000_000;
    }

    /** How often the source could not be read. */
    public long failures() {
        return failures.get();
    }

    @Override
    public void close() {
        ahead.close();
        ownersAside.close();
        building.lock();
        try {
            closed = true;
            source.close();
        } finally {
            building.unlock();
        }
    }
}
