package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.SourceRefusal;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.SocketOwners;
import io.tcpprobe.kernel.proc.TcpSocketCount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
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
 * Flows by eBPF: programs in the kernel see every segment, sample by the rules of tcpprobe.h and write the rows, which are read
 * here in place. While nobody refreshes, a thread sees to it ten times a second that there are rows to spare and that events are
 * handed over, and, while there are maxflows, that idle flows give way to others.
 */
public final class BpfSource implements FlowSource {
    private static final Logger LOG = LoggerFactory.getLogger(BpfSource.class);
    private static final int IDS_AT_A_TIME = 1 << 21;

    /** Rows that there are before the first sweep; it takes longer for a flow than memory for a row does. */
    private static final int ROWS_AHEAD = 1 << 14;

    private static final long FULL_NANOS = 1_000_000_000;
    private static final long ATTEND_MILLIS = 100;

    private final SettingStore settings;
    private final Sampler sampler;
    private final BpfObject object;
    private final BpfSettings bpfSettings;
    private final BpfTable table;
    private final Sweep sweep;
    private final int samplesBytes;
    private final Thread attendant =
            Thread.ofPlatform().daemon().name("tcpprobe-attend").unstarted(this::attend);
    private final EventFeed feed = new EventFeed(this::events);
    private final EventLog eventLog = new EventLog();
    private boolean eventsLogged;
    private int idsSaidAt;
    private long skipped;
    private long fullSwept;
    private boolean closed;

    private BpfSource(
            SettingStore settings,
            Sampler sampler,
            BpfSettings bpfSettings,
            BpfTable table,
            Sweep sweep,
            int samplesBytes) {
        this.settings = settings;
        this.sampler = sampler;
        this.object = sampler.object();
        this.bpfSettings = bpfSettings;
        this.table = table;
        this.sweep = sweep;
        this.samplesBytes = samplesBytes;
    }

    /**
     * Loads and attaches the programs, and sweeps once.
     *
     * @param settings what samples are taken is read from it, now and at every change
     * @param monotonicNanos CLOCK_MONOTONIC
     * @throws IOException if this host cannot run them; the message says why and what to do
     */
    public static BpfSource open(SettingStore settings, LongSupplier monotonicNanos) throws IOException {
        return open(Sampler.file(), settings, monotonicNanos);
    }

    /** The same, with the programs of any object file. */
    static BpfSource open(byte[] file, SettingStore settings, LongSupplier monotonicNanos) throws IOException {
        int samplesBytes = EventRing.bytes(settings.get(Settings.BUFSIZE));
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            Sampler sampler = keep(opened, SamplerLoader.load(file, samplesBytes));
            BpfObject object = sampler.object();
            BpfSettings bpfSettings = keep(opened, BpfSettings.map(object));
            BpfTable table = keep(opened, BpfTable.map(object));
            table.makeRoom(settings.get(Settings.MAXFLOWS), 0);
            bpfSettings.apply(settings, table.capacity());
            sampler.attach();
            Eviction eviction = new Eviction(settings, bpfSettings, table);
            Sweep sweep = new Sweep(object, table, eviction, monotonicNanos);
            BpfSource source = new BpfSource(settings, sampler, bpfSettings, table, sweep, samplesBytes);
            source.begin();
            return source;
        } catch (IOException | RuntimeException failed) {
            opened.forEach(part -> closeBeside(failed, part));
            throw failed;
        }
    }

    private static <T extends AutoCloseable> T keep(Deque<AutoCloseable> opened, T part) {
        opened.push(part);
        return part;
    }

    /** Closes what was opened before something failed, which matters more. */
    private static void closeBeside(Exception failed, AutoCloseable part) {
        try {
            part.close();
        } catch (Exception more) {
            failed.addSuppressed(more);
        }
    }

    /**
     * Takes in all flows that there are. What the first sweep has no row for it counts, idle or not, so there is a row for
     * everything in the second. If that is more than maxflows, those that are not idle come first.
     */
    private void begin() throws IOException {
        long unplaced = adoptExpected();
        boolean all = true;
        while (unplaced > 0 && makeRoom(unplaced)) {
            all = table.active() + unplaced <= settings.get(Settings.MAXFLOWS);
            bpfSettings.idleMayEnter(all);
            unplaced = sweep.adopt();
        }
        if (unplaced > 0 || !all) { // idle flows give way, and those that find no room nevertheless are counted
            bpfSettings.countSkipped(true);
            sweep.run();
            bpfSettings.countSkipped(false);
        }
        logEvents(settings.get(Settings.DEBUG) >= 2);
        settings.follow(Settings.usedBy(SettingUser.SAMPLING), _ -> applySampling());
        settings.follow(List.of(Settings.DEBUG), _ -> applyDebug());
        attendant.start();
    }

    /**
     * Sweeps for the first time, with rows for as many flows as there may be. To zero their memory takes long: most are added
     * while the sweep uses the first ones. A sweep that gets ahead of that counts the rest.
     *
     * @return how many flows have no row
     */
    private long adoptExpected() throws IOException {
        long wanted = table.wantedRows(settings.get(Settings.MAXFLOWS), expectedFlows());
        addRows(Math.min(wanted, ROWS_AHEAD));
        CompletableFuture<Optional<IOException>> more = CompletableFuture.supplyAsync(
                () -> tryToAddRows(wanted),
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

    /** Adds rows; returns why it could not. */
    private Optional<IOException> tryToAddRows(long wanted) {
        try {
            addRows(wanted);
            return Optional.empty();
        } catch (IOException failed) {
            return Optional.of(failed);
        }
    }

    /** How many sockets there are, as far as each may be a flow; 0 if they are to be counted by a sweep. */
    private long expectedFlows() {
        long sockets = TcpSocketCount.ofThisHost().orElse(0);
        boolean mayAllBeFlows = settings.get(Settings.PORT) == 0 && sweep.seesAllNamespaces();
        return mayAllBeFlows && sockets <= settings.get(Settings.MAXFLOWS) ? sockets : 0;
    }

    /** Adds rows if there may soon be too few; says whether it did. */
    private boolean makeRoom(long known) throws IOException {
        return addRows(table.wantedRows(settings.get(Settings.MAXFLOWS), known));
    }

    private boolean addRows(long wanted) throws IOException {
        boolean more = table.addRows(wanted, () -> bpfSettings.apply(settings, table.capacity()));
        if (more) {
            LOG.debug("room for {} flows, {} KiB", table.capacity(), table.bytes() / 1024);
        }
        return more;
    }

    @Override
    public String name() {
        return "bpf";
    }

    @Override
    public SettingUser settingUser() {
        return SettingUser.BPF;
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

    /** By how many flows there are too many, after maxflows was lowered. */
    private int surplus() {
        return table.active() - settings.get(Settings.MAXFLOWS).intValue();
    }

    private void logEvents(boolean wanted) throws IOException {
        if (wanted && !eventsLogged) {
            feed.add(eventLog);
        } else if (!wanted && eventsLogged) {
            feed.drain();
            feed.remove(eventLog);
        }
        eventsLogged = wanted;
    }

    /** Tells the programs to let go of the flows that came last. */
    private void dropNewest(int surplus) {
        int upTo = table.lastFlowId();
        LiveFlowIds ids = LiveFlowIds.of(table.rows(), upTo);
        bpfSettings.drop(ids.youngestOf(Math.max(ids.count() - surplus, 0)), upTo);
    }

    /** Says which of the next ids are in use, every two million flows: long before those that were said are passed. */
    private void keepIdsApart() {
        int last = table.lastFlowId();
        if (last - idsSaidAt >= IDS_AT_A_TIME || last - idsSaidAt < 0) {
            bpfSettings.drop(0, 0); // done long ago
            bpfSettings.take(LiveFlowIds.of(table.rows(), last).next(BpfSettings.TAKEN_RANGES));
            idsSaidAt = last;
        }
    }

    @Override
    public synchronized void refresh() throws IOException {
        keepIdsApart();
        sweep.runIfDue();
        makeRoom(table.unplaced()); // the next sweep takes in what this one had no row for
        feed.drain();
    }

    /** Like {@link #refresh()}, however near the last sweep is. */
    synchronized void refreshNow() throws IOException {
        keepIdsApart();
        sweep.run();
    }

    @Override
    public FlowRows rows() {
        return table.rows();
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
        } catch (IOException failed) {
            throw new UncheckedIOException("read the counters of source bpf", failed);
        }
        return counted;
    }

    @Override
    public List<SourceRefusal> refusals() {
        return sampler.refusals();
    }

    /** Returns true if this process has privileges with which one may expect the source to run: root's, or some for BPF. */
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

    /** From the kernel's own table of every process's files, a hundredth of the time that /proc takes; from there if refused. */
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

    /** What was told of already has left the rows: it is handed over before they are read. */
    @Override
    public synchronized Optional<FlowListener.Subscription> listen(FlowListener listener) throws IOException {
        EventRing.Listener told = (kind, memory, row) -> {
            switch (kind) {
                case OPEN -> listener.happened(FlowListener.Change.ESTABLISHED, FlowRows.one(memory, row));
                case LEFT -> listener.happened(FlowListener.Change.LEFT, FlowRows.one(memory, row));
                case CLOSE -> listener.happened(FlowListener.Change.ENDED, FlowRows.one(memory, row));
                case PURGE, SAMPLE -> {} // the connection goes on
            }
        };
        feed.drain(); // of that, nobody has asked to be told
        feed.add(told);
        return Optional.of(new FlowListener.Subscription() {
            @Override
            public boolean atRefreshes() {
                return false;
            }

            @Override
            public void close() {
                feed.drain();
                feed.remove(told);
            }
        });
    }

    /** The openings and ends of flows from now on; it is open while somebody listens to the feed. */
    synchronized EventRing events() throws IOException {
        return EventRing.open(object.mapFd("events"), EventRing.EVENTS_BYTES, bpfSettings::tellEvents);
    }

    /** Every sample from now on. At most one may be open. */
    synchronized EventRing samples() throws IOException {
        return EventRing.open(object.mapFd("samples"), samplesBytes, bpfSettings::tellSamples);
    }

    /** Whether it has not been closed yet. */
    synchronized boolean open() {
        return !closed;
    }

    /** The programs and maps, for tests and measurements. */
    BpfObject object() {
        return object;
    }

    /** The program that sees every segment, for the same. */
    String segmentProgram() {
        return sampler.segmentProgram();
    }

    /** How often all sockets have been gone through, for the same. */
    int sweeps() {
        return sweep.count();
    }

    /** The table, for the same. */
    BpfTable table() {
        return table;
    }

    private synchronized void attend() {
        try {
            while (!closed) {
                wait(ATTEND_MILLIS);
                attendOnce();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt(); // nobody does that but who ends the process
        }
    }

    private void attendOnce() {
        try {
            if (!closed) {
                feed.drain();
                keepIdsApart();
                makeRoom(0);
                if (surplus() >= 0) {
                    attendToSkipped();
                }
            }
        } catch (IOException | RuntimeException failed) {
            LOG.warn("attend to the flow table: {}; flows that find no room are skipped", failed.toString());
        }
    }

    /** While there are maxflows: idle flows give way to those that found no room, once a second. */
    private void attendToSkipped() throws IOException {
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
            bpfSettings.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("unmap the flow table", failed);
        }
    }
}
