package io.tcpprobe.kernel.module;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.records.BadLines;
import io.tcpprobe.kernel.records.ProbeRecord;
import io.tcpprobe.kernel.records.RecordReader;
import io.tcpprobe.kernel.records.RecordStream;
import io.tcpprobe.kernel.records.RecordTable;
import io.tcpprobe.kernel.records.RowListener;
import java.io.IOException;
import java.nio.file.Files;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of the module's records. The module has one ring for all readers: an agent running at the same time would get only
 * some of the records. Settings that were given are written to the module and remain there, except port, which is applied here.
 */
public final class ModuleStream implements RecordStream {
    private static final Logger LOG = LoggerFactory.getLogger(ModuleStream.class);
    private static final long SECOND = 1_000_000_000L;

    private final ModuleFiles files;
    private final SettingStore settings;
    private final LongSupplier monotonicNanos;
    private final RecordFile file;
    private final RecordReader reader;
    private final BadLines bad;
    private final RecordTable table;
    private final SampleClock clock = new SampleClock();
    private final ProbeRecord record = new ProbeRecord();
    private final long droppedBefore;
    private long purged;

    private ModuleStream(
            ModuleFiles files,
            SettingStore settings,
            LongSupplier monotonicNanos,
            RecordFile file,
            RowListener listener) {
        this.files = files;
        this.settings = settings;
        this.monotonicNanos = monotonicNanos;
        this.file = file;
        this.bad = new BadLines("read " + files.records(), LOG::warn);
        this.reader = new RecordReader(file::read, files.dialect(), bad);
        this.table = new RecordTable(new FlowIds(), listener);
        this.droppedBefore = ringFull();
        this.purged = monotonicNanos.getAsLong();
        clock.begin(purged);
    }

    /**
     * Starts to read the module's records.
     *
     * @throws IOException if the module is not loaded; the message states the cause and the remedy
     */
    public static ModuleStream open(
            ModuleFiles files, SettingStore settings, LongSupplier monotonicNanos, RowListener listener)
            throws IOException {
        RecordFile file = files.openRecords();
        new Sysctls(files.sysctls(), settings).write(setting -> !setting.equals(Settings.PORT));
        return new ModuleStream(files, settings, monotonicNanos, file, listener);
    }

    @Override
    public String source() {
        return "module";
    }

    @Override
    public void drain() throws IOException {
        int port = settings.get(Settings.PORT).intValue();
        while (file.await(0)) {
            int read = reader.fill();
            long now = monotonicNanos.getAsLong();
            while (reader.next(record)) {
                if (port == 0 || record.hasPort(port)) {
                    table.accept(record, clock.at(record.timeNanos(), now), Long.MAX_VALUE);
                }
            }
            table.freeOutgrown();
            if (read <= file.bufferBytes() / 2) {
                break;
            }
        }
        purgeAndCheck(port);
    }

    /** Releases silent flows and checks the file, once a second. */
    private void purgeAndCheck(int port) throws IOException {
        long now = monotonicNanos.getAsLong();
        if (now - purged >= SECOND) {
            purged = now;
            table.purge(now - settings.get(Settings.PURGETIME) * SECOND, port);
            file.check();
        }
    }

    @Override
    public long dropped() {
        return Math.max(ringFull() - droppedBefore, 0) + bad.count();
    }

    private long ringFull() {
        try {
            return ModuleStatistics.parse(Files.readString(files.statistics()))
                    .getOrDefault(FlowStatistic.RING_FULL, 0L);
        } catch (IOException failed) {
            LOG.debug("read {}: {}", files.statistics(), failed.getMessage());
            return 0;
        }
    }

    @Override
    public boolean ended() {
        return false;
    }

    @Override
    public void close() {
        try (table) {
            file.close();
        } catch (IOException failed) {
            LOG.warn("close {}: {}", files.records(), failed.getMessage());
        }
    }
}
