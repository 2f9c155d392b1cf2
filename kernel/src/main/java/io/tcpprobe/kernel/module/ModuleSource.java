package io.tcpprobe.kernel.module;

import io.tcpprobe.config.Problem;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.records.BadLines;
import io.tcpprobe.kernel.records.ProbeRecord;
import io.tcpprobe.kernel.records.RecordReader;
import io.tcpprobe.kernel.records.RecordTable;
import io.tcpprobe.kernel.records.RowListener;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source module: flows from the Linux module tcp_probe_plus. One thread reads the records as they arrive, another polls the
 * module's settings and releases silent flows. When the module is unloaded, that is logged and counted, its flows are released,
 * and its file is tried again every second.
 */
public final class ModuleSource implements FlowSource {
    private static final Logger LOG = LoggerFactory.getLogger(ModuleSource.class);
    private static final int WAIT_MILLIS = 500;

    /** Time to collect records, so that not every record wakes up the reader. */
    private static final int GATHER_MILLIS = 10;

    private static final long RETRY_MILLIS = 1000;
    private static final long MIN_WATCH_MILLIS = 50;

    private final ModuleFiles files;
    private final SettingStore settings;
    private final LongSupplier monotonicNanos;
    private final Sysctls sysctls;
    private final SampleClock clock = new SampleClock();
    private final BadLines bad;
    private final ProbeRecord record = new ProbeRecord();

    /** Guarded by its own lock: the reading thread fills it, the refreshing thread reads it. */
    private final RecordTable table;

    private Map<FlowStatistic, Long> counted = Map.of();
    private volatile boolean closed;
    private volatile long lost;

    /** Why there are no records; empty while the module is loaded. */
    private volatile String missing = "";

    private ModuleSource(
            ModuleFiles files, SettingStore settings, LongSupplier monotonicNanos, FlowIds ids, RowListener listener) {
        this.files = files;
        this.settings = settings;
        this.monotonicNanos = monotonicNanos;
        this.sysctls = new Sysctls(files.sysctls(), settings);
        this.bad = new BadLines("read " + files.records(), LOG::warn);
        this.table = new RecordTable(ids, listener);
    }

    /**
     * Starts to read the module's records.
     *
     * @param files the files of the module
     * @param settings kept in sync with the module's sysctls
     * @param monotonicNanos CLOCK_MONOTONIC
     * @param ids allocates flow ids
     * @param listener notified of every record, by the reading thread
     * @throws IOException if the module is not loaded; the message states the cause and the remedy
     */
    public static ModuleSource open(
            ModuleFiles files, SettingStore settings, LongSupplier monotonicNanos, FlowIds ids, RowListener listener)
            throws IOException {
        ModuleSource source = new ModuleSource(files, settings, monotonicNanos, ids, listener);
        RecordFile file = source.openFile();
        source.sysctls.begin();
        settings.follow(Sysctls.all(), change -> {
            if (!source.closed) {
                source.sysctls.changed(change.setting());
            }
        });
        Thread.ofPlatform().daemon().name("tcpprobe-module").start(() -> source.read(file));
        Thread.ofPlatform().daemon().name("tcpprobe-module-watch").start(source::watch);
        return source;
    }

    private RecordFile openFile() throws IOException {
        RecordFile file = files.openRecords();
        clock.begin(monotonicNanos.getAsLong());
        return file;
    }

    /** Reads until the source is closed, even if the module is unloaded and loaded again. */
    private void read(RecordFile first) {
        @Nullable RecordFile file = first;
        while (!closed) {
            try {
                if (file == null) {
                    file = openFile();
                    onReload();
                }
                follow(file);
            } catch (IOException failed) {
                if (file != null) {
                    onLoss(failed);
                    release(file);
                    file = null;
                }
                pause(RETRY_MILLIS);
            }
        }
        if (file != null) {
            release(file);
        }
    }

    private void release(RecordFile file) {
        try {
            file.close();
        } catch (IOException failed) {
            LOG.debug("close {}: {}", files.records(), failed.getMessage());
        }
    }

    /**
     * Handles the return of the module. The module gets the settings given here before {@link #missing} is cleared; otherwise the
     * polling thread would adopt the module's own values first.
     */
    private void onReload() {
        sysctls.begin();
        missing = "";
        LOG.info("read {}: the module is loaded again", files.records());
    }

    private void onLoss(IOException cause) {
        if (closed) {
            return;
        }
        long times = lost + 1;
        lost = times;
        missing = "read " + files.records() + ": " + Problem.cause(cause)
                + "; the module was removed or reloaded; load it again: modprobe tcp_probe_plus";
        synchronized (table) {
            table.clear();
        }
        LOG.warn("{}; until then its flows are unknown; retrying every second", missing);
    }

    private void follow(RecordFile file) throws IOException {
        RecordReader reader = new RecordReader(file::read, files.dialect(), bad);
        while (!closed) {
            if (file.await(WAIT_MILLIS)) {
                pause(GATHER_MILLIS);
                drain(file, reader);
            } else {
                file.check();
                pause(GATHER_MILLIS); // poll(2) does not wait on an error
            }
        }
    }

    private void drain(RecordFile file, RecordReader reader) throws IOException {
        int read;
        do {
            read = reader.fill();
            synchronized (table) {
                long now = monotonicNanos.getAsLong();
                long maxflows = settings.get(Settings.MAXFLOWS);
                while (!closed && reader.next(record)) {
                    table.accept(record, clock.at(record.timeNanos(), now), maxflows);
                }
            }
        } while (read > file.bufferBytes() / 2 && !closed);
        if (read <= 0) {
            file.check();
        }
    }

    private void watch() {
        while (!closed) {
            pause(Math.clamp(settings.get(Settings.SNAPSHOTAGE), MIN_WATCH_MILLIS, WAIT_MILLIS));
            if (missing.isEmpty()) {
                sysctls.poll();
            }
            purge();
        }
    }

    private void purge() {
        long idle = settings.get(Settings.PURGETIME) * 1_000_000_000;
        synchronized (table) {
            if (!closed) {
                table.purge(
                        monotonicNanos.getAsLong() - idle,
                        settings.get(Settings.PORT).intValue());
            }
        }
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(millis * 1_000_000);
    }

    @Override
    public String name() {
        return "module";
    }

    @Override
    public SettingUser settingUser() {
        return SettingUser.MODULE;
    }

    /** Returns true if the module is believed to be loaded. */
    public boolean present() {
        return missing.isEmpty();
    }

    @Override
    public void refresh() throws IOException {
        synchronized (table) {
            table.freeOutgrown();
        }
        if (!missing.isEmpty()) {
            throw new IOException(missing);
        }
    }

    @Override
    public FlowRows rows() {
        synchronized (table) {
            return table.rows();
        }
    }

    /** Returns the module's counters; the last known ones while it is not loaded. */
    @Override
    public Map<FlowStatistic, Long> statistics() {
        Map<FlowStatistic, Long> now = new EnumMap<>(FlowStatistic.class);
        now.putAll(counted);
        try {
            now.putAll(ModuleStatistics.parse(Files.readString(files.statistics())));
        } catch (IOException failed) {
            LOG.debug("read {}: {}", files.statistics(), Problem.cause(failed));
        }
        now.put(FlowStatistic.BAD_LINES, bad.count());
        now.put(FlowStatistic.SOURCE_LOST, lost);
        counted = now;
        return now;
    }

    @Override
    public Map<TcpState, Integer> socketsByState() {
        return Map.of();
    }

    /** Closes the source. A thread that is blocked in read() of the original module ends when that returns. */
    @Override
    public void close() {
        synchronized (table) {
            closed = true;
            table.close();
        }
    }
}
