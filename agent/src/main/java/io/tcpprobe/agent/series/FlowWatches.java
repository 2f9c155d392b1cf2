package io.tcpprobe.agent.series;

import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.config.ProgramName;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.WatchedFlows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches: the samples of a few flows, kept until they are replaced by later ones. There are at most {@code watch.max} watches; each ends when
 * its samples have not been read for {@code watch.time}. While there is none, no thread runs and the source reports no samples. Thread-safe.
 */
public final class FlowWatches implements FlowListener, AutoCloseable {
    /** Maximum number of samples that {@link #read} returns. */
    public static final int MAX_SAMPLES = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(FlowWatches.class);
    private static final String STEP = "read the samples of watched flows";
    private static final long SECOND = 1_000_000_000L;

    /** Time between two searches for flows that are to be watched and for those that have ended. */
    private static final long SEARCH_NANOS = SECOND;

    private static final int MAX_CANDIDATES = 64;

    private static final WatchedFlows.Listener NOBODY = (_, _, _) -> {};

    /**
     * What watches are made from.
     *
     * @param snapshots the live flows
     * @param groups the groups of flows
     * @param settings watch.max and watch.time
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     * @param wallMillis milliseconds since 1970
     */
    public record Options(
            FlowSnapshotCache snapshots,
            FlowGroups groups,
            SettingStore settings,
            LongSupplier monotonicNanos,
            LongSupplier wallMillis) {}

    /** A flow that may be watched. */
    private record Candidate(long flowId, FlowColumns flow, int index) {
        boolean isOf(WatchTarget target) {
            return target.matches(flowId, flow.at(index));
        }
    }

    private final Options options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Long, Watch> watches = new TreeMap<>();
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final LastFailure failure = new LastFailure();

    /** The flows that have just been established and that a target matches. Filled without the lock, by the thread of the source. */
    private final BlockingQueue<Candidate> established = new ArrayBlockingQueue<>(MAX_CANDIDATES);

    /** The targets of the watches that flows can be added to. */
    private volatile List<WatchTarget> openTargets = List.of();

    private volatile WatchedFlows.Listener listener = NOBODY;
    private @Nullable WatchedFlows source;
    private @Nullable Thread thread;
    private long lastNumber;
    private long searchedNanos;
    private boolean closed;

    /** Creates it without watches. It is to be subscribed to the events of flows. */
    public FlowWatches(Options options) {
        this.options = options;
    }

    /**
     * Begins to watch a flow, or the flows of an endpoint or a group: those that exist and those to come, at most {@value Watch#MAX_LIVE} at a
     * time.
     *
     * @param text a flow id, "ADDRESS:PORT", "ADDRESS", ":PORT", or the kind and the name of a group as "process:nginx"
     * @return the number of the watch
     * @throws IllegalArgumentException if the text is invalid or there is no flow with this id
     * @throws IllegalStateException if there are {@code watch.max} watches, or the source reports no single samples
     * @throws IOException if the kernel refuses
     */
    public long watch(String text) throws IOException {
        WatchTarget target = WatchTarget.parse(text, options.groups);
        FlowSnapshot snapshot = options.snapshots.current();
        List<Candidate> found = candidates(target, snapshot, Set.of(), Watch.MAX_LIVE);
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("watch " + target.text() + ": the agent ends");
            }
            makeRoom(target);
            WatchedFlows open = source == null ? open(target) : source;
            source = open;
            long number = ++lastNumber;
            Watch watch = new Watch(number, target, options.wallMillis.getAsLong(), now());
            watches.put(number, watch);
            for (Candidate flow : found) {
                add(watch, flow);
            }
            if (watch.over()) {
                remove(number);
                throw new IllegalArgumentException("watch " + target.text() + ": no flow has this id"
                        + (watch.state().left() > 0 ? ", or too many flows are watched" : "")
                        + "; flows have the ids that '" + ProgramName.command("flows")
                        + "' and the MBean type=Flows show");
            }
            targetsChanged();
            start();
            return number;
        } finally {
            closeSourceIfUnused();
            lock.unlock();
        }
    }

    /** Ends a watch whose flow has ended, if there are too many watches. */
    private void makeRoom(WatchTarget target) {
        long most = options.settings.get(Settings.WATCH_MAX);
        if (watches.size() >= most) {
            watches.entrySet().stream()
                    .filter(entry -> entry.getValue().over())
                    .min(Comparator.comparingLong(entry -> entry.getValue().readNanos()))
                    .ifPresent(entry -> remove(entry.getKey()));
        }
        if (watches.size() >= most) {
            throw new IllegalStateException("watch " + target.text() + ": there are " + watches.size()
                    + " watches, the maximum (watch.max); end one by unwatch, or wait: a watch ends when it was not read for "
                    + options.settings.get(Settings.WATCH_TIME) + " s (watch.time)");
        }
    }

    private WatchedFlows open(WatchTarget target) throws IOException {
        Optional<WatchedFlows> opened = options.snapshots.watchFlows();
        return opened.orElseThrow(() -> new IllegalStateException("watch " + target.text()
                + ": the source of this agent reports no single samples; set probe.source to bpf or diag"));
    }

    /**
     * Notifies a listener of the samples of all watches from now on; replaces the previous one. It is called with a lock held, because the
     * values are valid during the call only: it must not block, must not throw, and must not call this object.
     */
    public void addListener(WatchedFlows.Listener added) {
        listener = added;
    }

    /** Stops notifying the listener, if it is this one. */
    public void removeListener(WatchedFlows.Listener removed) {
        if (listener.equals(removed)) {
            listener = NOBODY;
        }
    }

    /** Starts the thread that reads the samples, unless it runs. */
    private void start() {
        if (thread == null) {
            searchedNanos = now();
            thread = Thread.ofPlatform().daemon().name("tcpprobe-watch").start(this::run);
        }
    }

    private static List<Candidate> candidates(WatchTarget target, FlowSnapshot snapshot, Set<Long> known, int most) {
        return target.select(snapshot, known, most).stream()
                .map(index -> new Candidate(snapshot.flows().flowId(index), snapshot.flows(), index))
                .toList();
    }

    private void add(Watch watch, Candidate flow) {
        WatchedFlows open = source;
        if (open == null || watch.known().contains(flow.flowId)) {
            return;
        }
        Set<Long> live = live();
        if (watch.room() == 0 || live.size() >= WatchedFlows.MAX_FLOWS && !live.contains(flow.flowId)) {
            watch.leave();
        } else if (open.add(flow.flowId, flow.flow.at(flow.index))) {
            watch.add(SeriesFlow.of(flow.flowId, flow.flow.at(flow.index)), now());
        }
    }

    /** Returns the ids of the flows that are watched. */
    public Set<Long> live() {
        lock.lock();
        try {
            Set<Long> live = new HashSet<>();
            watches.values().forEach(watch -> live.addAll(watch.live()));
            return live;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a watch; its samples are discarded.
     *
     * @throws IllegalArgumentException if there is no such watch
     */
    public void unwatch(long number) {
        lock.lock();
        try {
            require("unwatch", number);
            remove(number);
        } finally {
            lock.unlock();
        }
    }

    private void remove(long number) {
        Watch watch = watches.remove(number);
        if (watch != null && source != null) {
            Set<Long> others = live();
            watch.live().stream().filter(id -> !others.contains(id)).forEach(source::remove);
        }
        targetsChanged();
        closeSourceIfUnused();
        changed.signalAll();
    }

    private void targetsChanged() {
        openTargets = watches.values().stream()
                .map(Watch::target)
                .filter(WatchTarget::open)
                .toList();
    }

    private Watch require(String step, long number) {
        Watch watch = watches.get(number);
        if (watch == null) {
            throw new IllegalArgumentException(step + " " + number
                    + ": there is no such watch; one ends by unwatch, or when it was not read for "
                    + options.settings.get(Settings.WATCH_TIME) + " s (watch.time)");
        }
        return watch;
    }

    /**
     * Returns samples of a watch, which then lives on for {@code watch.time}.
     *
     * @param from the number of the first sample wanted: 0, or {@link SampleSeries#next} of the last call
     * @throws IllegalArgumentException if there is no such watch
     */
    public SampleSeries read(long number, long from) {
        lock.lock();
        try {
            return require("series", number).read(from, MAX_SAMPLES, now());
        } finally {
            lock.unlock();
        }
    }

    /** Returns all watches, in the order of their numbers. */
    public List<SampleSeries.State> all() {
        lock.lock();
        try {
            return watches.values().stream().map(Watch::state).toList();
        } finally {
            lock.unlock();
        }
    }

    private long now() {
        return options.monotonicNanos.getAsLong();
    }

    /** Notes a flow that a watch may be about; runs in the thread of the source, which must not wait. */
    @Override
    public void happened(Change change, FlowRows flow) {
        List<WatchTarget> targets = openTargets;
        if (change != Change.ESTABLISHED || targets.isEmpty() || established.remainingCapacity() == 0) {
            return;
        }
        FlowRow row = new FlowRow(flow);
        if (targets.stream().anyMatch(target -> target.matches(row.flowId(), row))) {
            boolean _ = established.offer(new Candidate(row.flowId(), FlowColumns.copyOf(flow), 0)); // else found later
        }
    }

    private void run() {
        try {
            boolean continues = true;
            while (continues) {
                try {
                    continues = readOnce();
                    if (continues) {
                        searchIfDue();
                    }
                } catch (RuntimeException | Error failed) { // the watches go on
                    log.warn(LOG, STEP, "", STEP + ": " + BoundedLog.brief(failed) + "; it will be retried");
                    TimeUnit.NANOSECONDS.sleep(SEARCH_NANOS);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt(); // happens only when the process ends
        }
    }

    /** Waits for the next samples and reads them; returns false if there is nothing to watch any more. */
    private boolean readOnce() throws InterruptedException {
        lock.lock();
        try {
            awaitNext();
            endUnread();
            if (source == null) {
                thread = null;
                return false;
            }
            drain();
            for (Candidate flow = established.poll(); flow != null; flow = established.poll()) {
                addWherever(flow);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until samples are to be read, or the source has been closed. */
    private void awaitNext() throws InterruptedException {
        WatchedFlows open = source;
        long left = open == null ? 0 : TimeUnit.MILLISECONDS.toNanos(open.intervalMillis());
        while (left > 0 && source != null) {
            left = changed.awaitNanos(left);
        }
    }

    private void addWherever(Candidate flow) {
        for (Watch watch : watches.values()) {
            if (watch.target().open() && flow.isOf(watch.target())) {
                add(watch, flow);
            }
        }
    }

    private void endUnread() {
        long oldest = now() - options.settings.get(Settings.WATCH_TIME) * SECOND;
        List.copyOf(watches.keySet()).stream()
                .filter(number -> require("end", number).readNanos() - oldest < 0)
                .forEach(this::remove);
    }

    private void drain() {
        WatchedFlows open = source;
        if (open == null) {
            return;
        }
        try {
            open.drain((event, flowId, flow) -> {
                watches.values().forEach(watch -> watch.happened(event, flowId, flow));
                listener.happened(event, flowId, flow);
            });
            failure.over();
        } catch (IOException failed) {
            failure.warn(LOG, STEP, failed, "it will be retried");
        }
    }

    /** A watch that flows are searched for. */
    private record Search(long number, WatchTarget target, Set<Long> known, int room) {}

    /** Compares the watches with a snapshot: it shows flows that are to be watched, and that a flow has ended. */
    private void searchIfDue() {
        List<Search> searches = new ArrayList<>();
        lock.lock();
        try {
            if (source == null || now() - searchedNanos < SEARCH_NANOS) {
                return;
            }
            searchedNanos = now();
            watches.forEach((number, watch) -> {
                if (!watch.over()) {
                    searches.add(new Search(number, watch.target(), watch.known(), watch.room()));
                }
            });
        } finally {
            lock.unlock();
        }
        if (!searches.isEmpty()) {
            search(searches);
        }
    }

    private void search(List<Search> searches) {
        FlowSnapshot snapshot = options.snapshots.current(); // may wait for the kernel: without the lock
        Map<Long, List<Candidate>> found = new TreeMap<>();
        for (Search search : searches) {
            if (search.target.open()) {
                // one more than there is room for, so that it is known if there are too many
                found.put(search.number, candidates(search.target, snapshot, search.known, search.room + 1));
            }
        }
        lock.lock();
        try {
            drain(); // the ends of the flows that are not in the snapshot
            watches.forEach((number, watch) -> {
                forgetGone(watch, snapshot);
                found.getOrDefault(number, List.of()).forEach(flow -> add(watch, flow));
            });
        } finally {
            lock.unlock();
        }
    }

    /** Ends the flows of a watch that are not in a snapshot: the report of their end was lost. */
    private void forgetGone(Watch watch, FlowSnapshot snapshot) {
        for (long flowId : watch.liveBefore(snapshot.takenNanos())) {
            if (snapshot.flows().indexOf(flowId) < 0) {
                watch.gone(flowId);
                if (source != null && !live().contains(flowId)) {
                    source.remove(flowId);
                }
            }
        }
    }

    /** Stops the source from reporting samples while nothing is watched. */
    private void closeSourceIfUnused() {
        if (watches.isEmpty() && source != null) {
            source.close();
            source = null;
            established.clear();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            List.copyOf(watches.keySet()).forEach(this::remove);
        } finally {
            lock.unlock();
        }
    }
}
