package io.tcpprobe.kernel.bpf;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.FlowLayout;
import io.tcpprobe.kernel.FlowRows;
import io.tcpprobe.kernel.FlowSource;
import io.tcpprobe.kernel.FlowStatistic;
import io.tcpprobe.kernel.TcpState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flows by eBPF: programs in the kernel see every segment, sample by the rules of tcpprobe.h and write the rows, which are read
 * here in place. While nobody refreshes, this class does nothing but a sweep for idle flows every purgetime.
 */
public final class BpfSource implements FlowSource {
    private static final Logger LOG = LoggerFactory.getLogger(BpfSource.class);
    private static final long EVENTS_BYTES = 1 << 22; // as in table.h
    private static final int LEAST_RING = 4096;
    private static final int GREATEST_RING = 1 << 30;

    /** A sample in the ring: header, kind, row. */
    private static final int RECORD_BYTES = 72 + FlowLayout.SIZE;

    private final SettingStore settings;
    private final BpfObject object;
    private final BpfSettings bpfSettings;
    private final BpfTable table;
    private final Sweep sweep;
    private final long samplesBytes;
    private final Thread purge =
            Thread.ofPlatform().daemon().name("tcpprobe-purge").unstarted(this::purge);
    private boolean closed;

    private BpfSource(
            SettingStore settings,
            BpfObject object,
            BpfSettings bpfSettings,
            BpfTable table,
            Sweep sweep,
            long samplesBytes) {
        this.settings = settings;
        this.object = object;
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
        long samplesBytes = ringBytes(settings.get(Settings.BUFSIZE));
        BpfObject object = BpfObject.load((int) samplesBytes);
        try {
            BpfSettings bpfSettings = BpfSettings.map(object);
            BpfTable table = BpfTable.map(object);
            table.makeRoom(settings.get(Settings.MAXFLOWS));
            bpfSettings.apply(settings, table.capacity());
            object.attachAll();
            Sweep sweep = new Sweep(object, table, monotonicNanos);
            BpfSource source = new BpfSource(settings, object, bpfSettings, table, sweep, samplesBytes);
            source.begin();
            return source;
        } catch (IOException failed) {
            object.close();
            throw failed;
        }
    }

    private void begin() throws IOException {
        bpfSettings.countSkipped(true);
        sweep.run();
        bpfSettings.countSkipped(false);
        settings.onChange(_ -> settingsChanged());
        purge.start();
    }

    /** Room for this many samples at least, as rings go: a power of two. */
    private static long ringBytes(long samples) {
        long bytes = Long.highestOneBit(samples * RECORD_BYTES - 1) << 1;
        return Math.clamp(bytes, LEAST_RING, GREATEST_RING);
    }

    @Override
    public String name() {
        return "bpf";
    }

    @Override
    public Set<Setting<?>> uses() {
        return Set.of(
                Settings.BUFSIZE,
                Settings.DEBUG,
                Settings.FULL,
                Settings.MAXFLOWS,
                Settings.PORT,
                Settings.PROBETIME,
                Settings.PURGETIME,
                Settings.SNAPSHOTAGE);
    }

    private synchronized void settingsChanged() {
        if (closed) {
            return;
        }
        try {
            table.makeRoom(settings.get(Settings.MAXFLOWS));
            bpfSettings.apply(settings, table.capacity());
            int surplus = table.active() - settings.get(Settings.MAXFLOWS).intValue();
            if (surplus > 0) {
                dropNewest(surplus);
            }
            sweep.run();
        } catch (IOException failed) {
            LOG.warn("apply settings to source bpf: {}; room for {} flows", failed.getMessage(), table.capacity());
        }
    }

    /** Tells the programs to let go of the flows that came last. */
    private void dropNewest(int surplus) throws IOException {
        int upTo = table.lastFlowId();
        int[] ids = flowIds();
        int keep = Math.max(ids.length - surplus, 0);
        bpfSettings.drop(keep == 0 ? 0 : ids[keep - 1] ^ Integer.MIN_VALUE, upTo);
    }

    /** The ids of all flows, sorted, with their highest bit turned: so unsigned numbers sort as signed ones. */
    private int[] flowIds() {
        FlowRows rows = table.rows();
        int[] ids = new int[rows.count()];
        int used = 0;
        for (int i = 0; i < rows.count(); i++) {
            int id = flowId(rows.memory(), i);
            if (id != 0) {
                ids[used++] = id ^ Integer.MIN_VALUE;
            }
        }
        Arrays.sort(ids, 0, used);
        return Arrays.copyOf(ids, used);
    }

    private static int flowId(MemorySegment memory, int row) {
        return memory.get(java.lang.foreign.ValueLayout.JAVA_INT, (long) row * FlowLayout.SIZE + FlowLayout.FLOW_ID);
    }

    @Override
    public synchronized void refresh() throws IOException {
        sweep.runIfDue();
    }

    /** Like {@link #refresh()}, however near the last sweep is. */
    synchronized void refreshNow() throws IOException {
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
                    FlowStatistic.PURGE_IN_PROGRESS, object.runs("on_segment").misses());
            counted.put(FlowStatistic.RING_FULL, counters.ringFull());
            counted.put(FlowStatistic.MAXFLOW_REACHED, counters.maxflowReached());
            counted.put(FlowStatistic.MEMORY_ALLOC_FAILED, counters.memoryAllocFailed());
        } catch (IOException failed) {
            throw new UncheckedIOException("read the counters of source bpf", failed);
        }
        return counted;
    }

    @Override
    public Map<TcpState, Integer> socketsByState() {
        return sweep.socketsByState();
    }

    /** The openings and ends of flows from now on. At most one may be open. */
    public synchronized EventRing events() throws IOException {
        return EventRing.open(object.mapFd("events"), EVENTS_BYTES, bpfSettings::tellEvents);
    }

    /** Every sample from now on. At most one may be open. */
    public synchronized EventRing samples() throws IOException {
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

    /** The table, for the same. */
    BpfTable table() {
        return table;
    }

    /** Without it, idle flows would keep their rows while nobody looks. */
    private synchronized void purge() {
        try {
            while (!closed) {
                wait(settings.get(Settings.PURGETIME) * 1000);
                purgeOnce();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt(); // nobody does that but who ends the process
        }
    }

    private void purgeOnce() {
        try {
            if (!closed) {
                sweep.runIfDue();
            }
        } catch (IOException failed) {
            LOG.warn("sweep for idle flows: {}; they keep their rows until the next one", failed.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        notifyAll();
        object.close();
        try {
            table.close();
            bpfSettings.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("unmap the flow table", failed);
        }
    }
}
