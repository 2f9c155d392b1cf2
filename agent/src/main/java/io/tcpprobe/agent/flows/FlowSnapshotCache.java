package io.tcpprobe.agent.flows;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.DiscardingExecutor;
import io.tcpprobe.agent.core.Freshness;
import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.core.RefreshingCache;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.OwnersOnDemand;
import io.tcpprobe.kernel.flow.WatchedFlows;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** Caches the snapshot of all flows: at most {@code snapshotage} old, the same during one request. See {@link RefreshingCache}. */
public final class FlowSnapshotCache implements AutoCloseable {
    private final FlowSource source;
    private final SettingStore settings;
    private final RequestScope requests;
    private final Clocks clocks;
    private final DiscardingExecutor background = new DiscardingExecutor("flows-ahead");
    private final DiscardingExecutor ownersInBackground = new DiscardingExecutor("owners");
    private final SocketOwnerCache owners;
    private final RefreshingCache<FlowSnapshot> cache;
    private final Supplier<ContainerNames> containers;

    /** Changed while nothing is read. */
    private volatile VerdictEvaluator verdicts;

    /** The last snapshot that is complete; at first, the first snapshot. */
    private volatile FlowSnapshot complete;

    /**
     * Takes a first snapshot of what the source has read, without the containers of the flows. The cache owns the source from now on.
     *
     * @param settings supply {@code snapshotage}; changes apply immediately
     * @param requests the scope of the current request
     * @param verdicts computes the verdicts of a snapshot at their first use
     */
    public FlowSnapshotCache(
            FlowSource source, SettingStore settings, RequestScope requests, Clocks clocks, VerdictEvaluator verdicts) {
        this(source, settings, requests, clocks, new DerivedValues(verdicts, () -> ContainerNames.NONE));
    }

    /** Does the same, with the containers of the flows. */
    public FlowSnapshotCache(
            FlowSource source, SettingStore settings, RequestScope requests, Clocks clocks, DerivedValues derived) {
        this.verdicts = derived.verdicts();
        this.containers = derived.containers();
        this.source = source;
        this.settings = settings;
        this.requests = requests;
        this.clocks = clocks;
        this.owners = new SocketOwnerCache(source::owners, clocks.monotonicNanos(), ownersInBackground);
        long began = now();
        FlowSnapshot first = copy(1, began);
        this.complete = first;
        this.cache = new RefreshingCache<>(
                new RefreshingCache.Options<>(
                        "read source " + source.name(),
                        this::read,
                        RefreshingCache.WhileReading.SERVE_LAST,
                        background),
                RefreshingCache.Reading.of(first, began, began + first.buildNanos()),
                clocks.monotonicNanos());
        settings.follow(Settings.usedBy(SettingUser.SAMPLING), _ -> refreshNow());
    }

    /** Returns the flows, at most {@code snapshotage} old, or the last ones if the source cannot be read at present. */
    public FlowSnapshot current() {
        return requests.once(this, () -> cache.current(this::freshness));
    }

    /**
     * Returns the flows like {@link #current}, but as of the last sweep if the source sweeps less often than it is read: of all flows, the
     * growth from one such snapshot to the next is that of the same time.
     */
    public FlowSnapshot currentComplete() {
        return completeOf(current());
    }

    /** Returns a snapshot if it is complete, else the last one that is. */
    public FlowSnapshot completeOf(FlowSnapshot snapshot) {
        return snapshot.complete() ? snapshot : complete;
    }

    /** Makes {@link #current} return this snapshot during the current request, unless it has returned another one in it. */
    public void use(FlowSnapshot snapshot) {
        requests.once(this, () -> snapshot);
    }

    /** Returns the last snapshot, whatever its age; reads nothing. */
    public FlowSnapshot last() {
        return cache.last().value();
    }

    /** Returns true if {@link #current} does not block; otherwise it reads the source, which takes milliseconds. */
    public boolean ready() {
        return requests.ready(this, () -> cache.available(this::freshness));
    }

    private Freshness freshness(RefreshingCache.Reading<FlowSnapshot> reading, long nowNanos) {
        return Freshness.of(reading, nowNanos, settings);
    }

    /**
     * Notifies a listener of flows that begin and end from now on; see {@link FlowSource#listen}.
     *
     * @throws IOException if the kernel refuses
     */
    public Optional<FlowListener.Subscription> listen(FlowListener listener) throws IOException {
        RefreshingCache.Use<Optional<FlowListener.Subscription>, IOException> listen = () -> source.listen(listener);
        return cache.exclusively(listen).flatMap(found -> found.map(this::exclusive));
    }

    /**
     * Begins to watch single flows; see {@link FlowSource#watchFlows}. What it returns does not use the cache.
     *
     * @return empty if the source cannot report single samples
     * @throws IOException if the kernel refuses
     */
    public Optional<WatchedFlows> watchFlows() throws IOException {
        RefreshingCache.Use<Optional<WatchedFlows>, IOException> watch = source::watchFlows;
        return cache.exclusively(watch).flatMap(found -> found);
    }

    /** Closes a subscription exclusively: a source is used by one thread at a time. */
    private FlowListener.Subscription exclusive(FlowListener.Subscription subscription) {
        return new FlowListener.Subscription() {
            @Override
            public boolean atRefreshes() {
                return subscription.atRefreshes();
            }

            @Override
            public void close() {
                cache.exclusively(() -> {
                    subscription.close();
                    return true;
                });
            }
        };
    }

    /**
     * Returns the processes that have sockets open, for a snapshot of flows or sockets. They are determined at the first use and do not
     * change afterwards. They are at most as old as the snapshot and one scan, unless scans would use more than 5 % of one core.
     *
     * @param takenNanos when the snapshot was taken, in CLOCK_MONOTONIC, in nanoseconds
     */
    public OwnersOnDemand owners(long takenNanos) {
        return new SnapshotOwners(owners, takenNanos);
    }

    /** Reads the source regardless of the snapshot's age; waits if another thread is reading. */
    public FlowSnapshot refreshNow() {
        return cache.refresh();
    }

    /**
     * Runs an action on the source, and reads it then: its flows are not those of the snapshots so far, as after a start.
     *
     * @throws E if the action threw it; nothing has changed then
     */
    <E extends Exception> FlowSnapshot restart(RefreshingCache.Use<Boolean, E> action) throws E {
        RefreshingCache.Use<Boolean, E> all = () -> {
            boolean done = action.run();
            verdicts = verdicts.restarted();
            return done;
        };
        cache.exclusively(all);
        return cache.refresh();
    }

    /** Runs an action on the source while it is not read. */
    <E extends Exception> void exclusively(RefreshingCache.Use<Boolean, E> action) throws E {
        cache.exclusively(action);
    }

    private FlowSnapshot read(FlowSnapshot last) throws IOException {
        long began = now();
        source.refresh();
        FlowSnapshot read = copy(last.generation() + 1, began);
        if (read.complete()) {
            complete = read;
        }
        return read;
    }

    /** Returns true if the source of the flows observes connections being opened. */
    public boolean observesOpenings() {
        return source.observesOpenings();
    }

    private FlowSnapshot copy(long generation, long began) {
        FlowColumns columns =
                source.live() ? FlowColumns.copyOf(source.rows(), owners(began)) : FlowColumns.copyOf(source.rows());
        long now = now();
        long taken = source.refreshedNanos(began, now);
        VerdictEvaluator evaluator = verdicts;
        return new FlowSnapshot(
                columns,
                generation,
                taken,
                clocks.wallMillis().getAsLong() * 1_000_000 - now,
                source.statistics(),
                source.socketsByState(),
                source.listeners(),
                now - began,
                new Lazy<>(() -> evaluator.evaluate(columns, taken)),
                containers.get());
    }

    private long now() {
        return clocks.monotonicNanos().getAsLong();
    }

    /** Returns the age of the last snapshot in milliseconds, 0 while a recording is moved back; does not take a new one. */
    public long ageMillis() {
        return ageMillis(last());
    }

    /** Returns the age of a snapshot in milliseconds, 0 while a recording is moved back. */
    public long ageMillis(FlowSnapshot snapshot) {
        return Math.max(0, (source.rowNanos(now()) - snapshot.takenNanos()) / 1_000_000);
    }

    /** Returns the time in milliseconds since 1970, as times of flows show it: of a recording, it is the recorded time. */
    public long wallMillis() {
        return wallMillis(source.rowNanos(now()));
    }

    /** Converts a time of the rows, in nanoseconds, to milliseconds since 1970. */
    long wallMillis(long rowNanos) {
        return clocks.wallMillis().getAsLong() + (rowNanos - now()) / 1_000_000;
    }

    /** Returns the reading of the source, which must make progress. */
    public VitalPart vitalPart() {
        return cache;
    }

    /** Returns how often the source could not be read. */
    public long failures() {
        return cache.failures();
    }

    @Override
    public void close() {
        background.close();
        ownersInBackground.close();
        cache.close();
        source.close();
    }
}
