package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.Problem;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.SourceRefusal;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.flow.WatchedFlows;
import io.tcpprobe.kernel.proc.SocketOwners;
import io.tcpprobe.kernel.proc.TcpSocketCount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source bpf: eBPF programs see every segment, sample by the rules of tcpprobe.h and write the rows, which are read in
 * place. Between refreshes a thread runs ten times a second. It adds spare rows and delivers events; when the number of flows
 * has reached maxflows, it evicts idle flows to make room for others.
 */
public final class BpfSource implements FlowSource {
    private static final Logger LOG = LoggerFactory.getLogger(BpfSource.class);
    private static final String NAME = "bpf";
    private static final int IDS_INTERVAL = 1 << 21;

    /** Number of rows allocated before the first sweep. To sweep a flow takes longer than to allocate its row. */
    private static final int ROWS_AHEAD = 1 << 14;

    private static final long FULL_NANOS = 1_000_000_000;
    private static final long MAINTENANCE_MILLIS = 100;

    private final SettingStore settings;
    private final Sampler sampler;
    private final List<SourceRefusal> refusals;
    private final BpfObject object;
    private final BpfSettings bpfSettings;
    private final BpfTable table;
    private final Sweep sweep;
    private final BpfListeners listeners;
    private final BbrState bbr;
    private final int samplesBytes;
    private final Thread maintainer =
            Thread.ofPlatform().daemon().name("tcpprobe-maintain").unstarted(this::maintain);
    private final EventFeed feed = new EventFeed(this::events);
    private final EventLog eventLog = new EventLog();
    private boolean eventsLogged;
    private boolean listenersReported;
    private int idsUpdatedAt;
    private long skipped;
    private long fullSwept;
    private boolean closed;

    private BpfSource(
            SettingStore settings,
            Sampler sampler,
            BpfSettings bpfSettings,
            BpfTable table,
            Sweep sweep,
            BpfListeners listeners,
            int samplesBytes) {
        this.settings = settings;
        this.sampler = sampler;
        this.refusals = new ArrayList<>(sampler.refusals());
        this.object = sampler.object();
        this.bpfSettings = bpfSettings;
        this.table = table;
        this.sweep = sweep;
        this.listeners = listeners;
        this.bbr = new BbrState(bpfSettings, sampler.bbrPlaces());
        this.samplesBytes = samplesBytes;
    }

    /**
     * Loads and attaches the programs, and sweeps once.
     *
     * @param settings the sampling settings are read now and at every change
     * @param monotonicNanos CLOCK_MONOTONIC
     * @throws IOException if this host cannot run them; the message states the cause and the remedy
     */
    public static BpfSource open(SettingStore settings, LongSupplier monotonicNanos) throws IOException {
        byte[] file = Sampler.file();
        Optional<Problem> fault = IteratorFault.here();
        return fault.isEmpty()
                ? open(file, settings, monotonicNanos)
                : openOnFaultyKernel(fault.get(), file, settings, monotonicNanos);
    }

    /**
     * Opens the source without the iterator that has the fault. Where the kernel does not permit that, it opens with the iterator, but only if
     * the operator has named this source.
     */
    private static BpfSource openOnFaultyKernel(
            Problem fault, byte[] file, SettingStore settings, LongSupplier monotonicNanos) throws IOException {
        boolean named = settings.get(Settings.PROBE_SOURCE).equals(NAME);
        String obstacle;
        try {
            BpfSource source = open(file, settings, monotonicNanos, SocketPass.Way.DUMP);
            LOG.debug("sweep by inet_diag: {}", fault.cause());
            return source;
        } catch (LoadRefusedException refused) {
            obstacle = "tracing functions would avoid that, but "
                    + (refused.ofPrivilege() ? TracingRefusal.NOT_PERMITTED : refused.reason());
        } catch (ErrnoException withoutDiag) {
            obstacle = "inet_diag would avoid that, but " + withoutDiag.getMessage();
        }
        String reason = fault.cause() + "; " + obstacle + "; " + fault.remedy();
        if (!named) {
            requireLoadable(file, settings);
            throw new IOException(reason + ", or set probe.source=bpf to take the risk");
        }
        BpfSource source = open(file, settings, monotonicNanos);
        source.refusals.add(new SourceRefusal(NAME, "safe sweeps", reason + ", or set probe.source=auto", true));
        return source;
    }

    /**
     * Loads the programs that need no tracing of functions, and runs none.
     *
     * @throws LoadRefusedException if the kernel refuses these, too
     */
    private static void requireLoadable(byte[] file, SettingStore settings) throws IOException {
        SamplerLoader.load(
                        file,
                        EventRing.bytes(settings.get(Settings.BUFSIZE)),
                        BpfListeners.ROWS,
                        SocketPass.Way.ITERATOR)
                .close();
    }

    /** Opens the source with the programs of another object file. */
    static BpfSource open(byte[] file, SettingStore settings, LongSupplier monotonicNanos) throws IOException {
        return open(file, settings, monotonicNanos, SocketPass.Way.ITERATOR);
    }

    private static BpfSource open(byte[] file, SettingStore settings, LongSupplier monotonicNanos, SocketPass.Way way)
            throws IOException {
        return open(file, settings, monotonicNanos, way, BpfListeners.ROWS);
    }

    /**
     * Opens the source.
     *
     * @param way how sockets are found
     * @param listenerRows maximum number of listeners to count
     */
    static BpfSource open(
            byte[] file, SettingStore settings, LongSupplier monotonicNanos, SocketPass.Way way, int listenerRows)
            throws IOException {
        int samplesBytes = EventRing.bytes(settings.get(Settings.BUFSIZE));
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            Sampler sampler = keep(opened, SamplerLoader.load(file, samplesBytes, listenerRows, way));
            BpfObject object = sampler.object();
            BpfSettings bpfSettings = keep(opened, BpfSettings.map(object));
            BpfTable table = keep(opened, BpfTable.map(object));
            BpfListeners listeners = keep(opened, BpfListeners.map(object, sampler.optional()));
            table.makeRoom(settings.get(Settings.MAXFLOWS), 0);
            bpfSettings.apply(settings, table.capacity());
            sampler.attach();
            Eviction eviction = new Eviction(settings, bpfSettings, table);
            SocketPass sockets = way.attach(object, table);
            Sweep sweep = new Sweep(object, sockets, table, eviction, monotonicNanos);
            BpfSource source = new BpfSource(settings, sampler, bpfSettings, table, sweep, listeners, samplesBytes);
            source.begin();
            return source;
        } catch (IOException | RuntimeException failed) {
            opened.forEach(part -> closeAfter(failed, part));
            throw failed;
        }
    }

    private static <T extends AutoCloseable> T keep(Deque<AutoCloseable> opened, T part) {
        opened.push(part);
        return part;
    }

    /** Closes a resource after a failure; its own failure is added as suppressed. */
    private static void closeAfter(Exception failed, AutoCloseable part) {
        try {
            part.close();
        } catch (Exception more) {
            failed.addSuppressed(more);
        }
    }

    /**
     * Adopts all existing flows. The first sweep counts the flows without a row, idle or not, so the next one has a row for
     * each. If there are more than maxflows, flows that are not idle come first.
     */
    private void begin() throws IOException {
        long unplaced = adoptExpected();
        boolean all = true;
        while (unplaced > 0 && makeRoom(unplaced)) {
            all = table.active() + unplaced <= settings.get(Settings.MAXFLOWS);
            bpfSettings.idleMayEnter(all);
            unplaced = sweep.adopt();
        }
        if (unplaced > 0 || !all) { // evict idle flows, and count the flows that still find no room
            bpfSettings.countSkipped(true);
            sweep.run();
            bpfSettings.countSkipped(false);
        }
        logEvents(settings.get(Settings.DEBUG) >= 2);
        settings.follow(Settings.usedBy(SettingUser.SAMPLING), _ -> applySampling());
        settings.follow(List.of(Settings.DEBUG), _ -> applyDebug());
        maintainer.start();
    }

    /**
     * Runs the first sweep with rows for the expected number of flows. Zeroing their memory is slow, so most rows are added
     * while the sweep fills the first ones. If the sweep overtakes that, it counts the remaining flows.
     *
     * @return the number of flows without a row
     */
    private long adoptExpected() throws IOException {
        long target = table.targetRows(settings.get(Settings.MAXFLOWS), expectedFlows());
        addRows(Math.min(target, ROWS_AHEAD));
        CompletableFuture<Optional<IOException>> more = CompletableFuture.supplyAsync(
                () -> tryToAddRows(target),
                task -> Thread.ofPlatform().daemon().name("tcpprobe-rows").start(task));
        long unplaced;
        Optional<IOException> failed;
        try {
            unplaced = sweep.adopt();
        } finally {
            failed = more.join(); // in any case: the table must not be closed while rows are added
        }
        if (failed.isPresent()) {
            throw failed.get();
        }
        return unplaced;
    }

    /** Adds rows; returns the failure, if any. */
    private Optional<IOException> tryToAddRows(long target) {
        try {
            addRows(target);
            return Optional.empty();
        } catch (IOException failed) {
            return Optional.of(failed);
        }
    }

    /** Returns the number of sockets if all may be flows; 0 if a sweep must count the flows. */
    private long expectedFlows() {
        long sockets = TcpSocketCount.ofThisHost().orElse(0);
        boolean mayAllBeFlows = settings.get(Settings.PORT) == 0 && sweep.seesAllNamespaces();
        return mayAllBeFlows && sockets <= settings.get(Settings.MAXFLOWS) ? sockets : 0;
    }

    /** Adds rows if there may soon be too few; returns true if it did. */
    private boolean makeRoom(long known) throws IOException {
        return addRows(table.targetRows(settings.get(Settings.MAXFLOWS), known));
    }

    private boolean addRows(long target) throws IOException {
        boolean more = table.addRows(target, () -> bpfSettings.apply(settings, table.capacity()));
        if (more) {
            LOG.debug("room for {} flows, {} KiB", table.capacity(), table.bytes() / 1024);
        }
        return more;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SettingUser settingUser() {
        return SettingUser.BPF;
    }

    @Override
    public boolean observesOpenings() {
        return true;
    }

    private synchronized void applyDebug() {
        if (closed) {
            return;
        }
        try {
            logEvents(settings.get(Settings.DEBUG) >= 2);
        } catch (IOException failed) {
            LOG.warn("log openings and ends of flows: {}; they are not logged", failed.getMessage());
        }
    }

    private synchronized void applySampling() {
        if (closed) {
            return;
        }
        try {
            makeRoom(0);
            bpfSettings.apply(settings, table.capacity());
            if (surplus() > 0) {
                sweep.evict(surplus());
            }
            if (surplus() > 0) {
                dropNewest(surplus());
            }
            sweep.run();
            if (makeRoom(table.unplaced())) {
                sweep.run();
            }
        } catch (IOException failed) {
            LOG.warn("apply settings to source bpf: {}; room for {} flows", failed.getMessage(), table.capacity());
        }
    }

    /** Returns the number of flows above maxflows, after that was lowered. */
    private int surplus() {
        return table.active() - settings.get(Settings.MAXFLOWS).intValue();
    }

    private void logEvents(boolean enabled) throws IOException {
        if (enabled && !eventsLogged) {
            feed.add(eventLog);
        } else if (!enabled && eventsLogged) {
            feed.drain();
            feed.remove(eventLog);
        }
        eventsLogged = enabled;
    }

    /** Makes the programs release the newest flows. */
    private void dropNewest(int surplus) {
        int upTo = table.lastFlowId();
        LiveFlowIds ids = LiveFlowIds.of(table.rows(), upTo);
        bpfSettings.drop(ids.youngestOf(Math.max(ids.count() - surplus, 0)), upTo);
    }

    /**
     * Updates the list of ids in use that the programs skip. It runs every two million flows, long before the ids of the last
     * list are passed.
     */
    private void updateTakenIds() {
        int last = table.lastFlowId();
        if (last - idsUpdatedAt >= IDS_INTERVAL || last - idsUpdatedAt < 0) {
            bpfSettings.drop(0, 0); // done long ago
            bpfSettings.skipIds(LiveFlowIds.of(table.rows(), last).next(BpfSettings.TAKEN_RANGES));
            idsUpdatedAt = last;
        }
    }

    @Override
    public synchronized void refresh() throws IOException {
        table.mapUsed();
        updateTakenIds();
        bbr.update();
        sweep.runIfDue();
        makeRoom(table.unplaced()); // the next sweep adopts the flows that had no row in this one
        feed.drain();
    }

    /** Refreshes even if the last sweep was very recent. */
    synchronized void refreshNow() throws IOException {
        updateTakenIds();
        bbr.update();
        sweep.run();
    }

    /** Returns the rows: complete until the last sweep, because not every segment causes a sample. */
    @Override
    public FlowRows rows() {
        return table.rows().completeUntil(sweep.beganNanos());
    }

    @Override
    public synchronized Map<FlowStatistic, Long> statistics() {
        Map<FlowStatistic, Long> counted = new EnumMap<>(FlowStatistic.class);
        try {
            BpfCounters counters = BpfCounters.read(object);
            counted.put(FlowStatistic.ACTIVE_FLOWS, Integer.toUnsignedLong(table.active()));
            counted.put(FlowStatistic.MEMORY, table.bytes());
            counted.put(FlowStatistic.FOUND, counters.found());
            counted.put(FlowStatistic.NEW, counters.created());
            counted.put(FlowStatistic.RESET, counters.ended());
            counted.put(
                    FlowStatistic.PURGE_IN_PROGRESS,
                    object.runs(sampler.segmentProgram()).misses());
            counted.put(FlowStatistic.RING_FULL, counters.ringFull());
            counted.put(FlowStatistic.MAXFLOW_REACHED, counters.maxflowReached());
            counted.put(FlowStatistic.MEMORY_ALLOC_FAILED, counters.memoryAllocFailed());
            counted.put(FlowStatistic.CONNECTS_REFUSED, counters.connectsRefused());
            counted.put(FlowStatistic.CONNECTS_TIMED_OUT, counters.connectsTimedOut());
            counted.put(FlowStatistic.CONNECTS_UNREACHABLE, counters.connectsUnreachable());
            counted.put(FlowStatistic.CONNECTS_OTHER, counters.connectsOther());
            reportListeners(counters.listenersSkipped());
        } catch (IOException failed) {
            throw new UncheckedIOException("read the counters of source bpf", failed);
        }
        return counted;
    }

    /** Warns once of listeners that are not counted. */
    private void reportListeners(long skipped) {
        if (skipped > 0 && !listenersReported) {
            listenersReported = true;
            LOG.warn(
                    "{} listeners are not counted: there is room for {}; their columns are absent",
                    skipped,
                    BpfListeners.ROWS);
        }
    }

    @Override
    public synchronized ListenerTable listeners() {
        return closed ? ListenerTable.NONE : listeners.read(table.listenerRows());
    }

    @Override
    public List<SourceRefusal> refusals() {
        return List.copyOf(refusals);
    }

    /**
     * Returns true if this process has privileges that normally suffice to run the source: it is root or has a capability for
     * BPF.
     */
    public static boolean expectedHere() {
        try {
            return Privileges.ofThisProcess().expectBpf();
        } catch (IOException unreadable) {
            LOG.debug("read the privileges of this process: {}", unreadable.toString());
            return false;
        }
    }

    @Override
    public Map<TcpState, Integer> socketsByState() {
        return sweep.socketsByState();
    }

    /**
     * Reads the owners from the kernel's file tables by a BPF iterator, which needs a hundredth of the time of /proc. Uses
     * /proc if the kernel has refused the iterator.
     */
    @Override
    public SocketOwners owners() throws IOException {
        if (!sampler.optional().contains(OptionalProgram.OWNERS)) {
            return FlowSource.super.owners();
        }
        synchronized (this) {
            if (closed) {
                throw new IOException("find the owners of sockets: source bpf is closed");
            }
            return sweep.owners();
        }
    }

    /** Registers a listener. Pending events are delivered first, to the listeners registered before. */
    @Override
    public synchronized Optional<FlowListener.Subscription> listen(FlowListener listener) throws IOException {
        EventRing.Listener adapter = (kind, memory, row) -> {
            switch (kind) {
                case OPEN -> listener.happened(FlowListener.Change.ESTABLISHED, FlowRows.one(memory, row));
                case LEFT -> listener.happened(FlowListener.Change.LEFT, FlowRows.one(memory, row));
                case CLOSE -> listener.happened(FlowListener.Change.ENDED, FlowRows.one(memory, row));
                case FAILED -> listener.happened(FlowListener.Change.FAILED, FlowRows.one(memory, row));
                case PURGE, SAMPLE -> {} // the connection goes on
            }
        };
        feed.drain(); // events before the subscription are not for this listener
        feed.add(adapter);
        return Optional.of(new FlowListener.Subscription() {
            @Override
            public boolean atRefreshes() {
                return false;
            }

            @Override
            public void close() {
                feed.drain();
                feed.remove(adapter);
            }
        });
    }

    /** Opens the ring of openings and ends of flows; it is open while the feed has listeners. */
    synchronized EventRing events() throws IOException {
        return EventRing.open(object.mapFd("events"), EventRing.EVENTS_BYTES, bpfSettings::reportEvents);
    }

    /** Opens the ring of samples. At most one may be open. */
    synchronized EventRing samples() throws IOException {
        return EventRing.open(object.mapFd("samples"), samplesBytes, bpfSettings::reportSamples);
    }

    /** Watches flows through the ring of samples, which {@link #samples} must not open at the same time. */
    @Override
    public synchronized Optional<WatchedFlows> watchFlows() throws IOException {
        if (closed) {
            throw new IOException("watch flows: source bpf is closed");
        }
        EventRing ring = EventRing.open(object.mapFd("samples"), samplesBytes, _ -> {});
        return Optional.of(new BpfWatch(bpfSettings, this::rowsIfOpen, ring));
    }

    /** Returns the rows; none if the source is closed. */
    private synchronized FlowRows rowsIfOpen() {
        return closed ? new FlowRows(MemorySegment.NULL, 0) : table.rows();
    }

    /** Returns true if the source is not closed. */
    synchronized boolean open() {
        return !closed;
    }

    /** Returns the programs and maps, for tests and measurements. */
    BpfObject object() {
        return object;
    }

    /** Returns the name of the program that sees every segment, for tests and measurements. */
    String segmentProgram() {
        return sampler.segmentProgram();
    }

    /** Returns the number of sweeps, for tests and measurements. */
    int sweeps() {
        return sweep.count();
    }

    /** Returns the table, for tests and measurements. */
    BpfTable table() {
        return table;
    }

    private synchronized void maintain() {
        try {
            while (!closed) {
                wait(MAINTENANCE_MILLIS);
                maintainOnce();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt(); // happens only when the process ends
        }
    }

    private void maintainOnce() {
        try {
            if (!closed) {
                feed.drain();
                updateTakenIds();
                makeRoom(0);
                if (surplus() >= 0) {
                    evictIfSkipped();
                }
            }
        } catch (IOException | RuntimeException failed) {
            LOG.warn("maintain the flow table: {}; flows are skipped when there is no room", failed.toString());
        }
    }

    /** Evicts idle flows once a second if flows were skipped because of maxflows. */
    private void evictIfSkipped() throws IOException {
        long now = System.nanoTime();
        if (now - fullSwept < FULL_NANOS) {
            return;
        }
        fullSwept = now;
        long reached = BpfCounters.read(object).maxflowReached();
        if (reached != skipped && sweep.runIfDue()) {
            skipped = reached;
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        notifyAll();
        feed.close();
        object.close();
        try {
            table.close();
            listeners.close();
            bpfSettings.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("unmap the flow table", failed);
        }
    }
}
