package io.tcpprobe.agent.flowlog;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.flowlog.LogColumn.LogRows;
import io.tcpprobe.agent.flows.DerivedValues;
import io.tcpprobe.agent.flows.EndedFlowWriter;
import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * Writes the last row of every ended flow, and of every connection attempt that failed, to disk, on a thread of its own. It writes
 * once a second, up to 500 rows in a transaction; a crash loses the rows of the last second at most. Flows that end faster than they
 * can be written are dropped and counted.
 */
public final class FlowLog implements FlowListener, AutoCloseable {
    /** The folder of the files, below the state folder. */
    static final String FOLDER = "flowlog";

    /** Maximum number of rows that wait to be written: one second at 20,000 ends a second. */
    static final int MAX_WAITING = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(FlowLog.class);
    private static final long GATHER_MILLIS = 1000;
    private static final long BYTES_PER_MEGABYTE = 1L << 20;
    private static final int PARTS = 8;
    private static final int SLICE = 500;

    private final LogFolder folder;
    private final long days;
    private final long maxBytes;
    private final Clocks clocks;
    private final DerivedValues derived;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final LastFailure failure = new LastFailure();
    private final EndedFlowWriter writer;
    private LogFolder.@Nullable LogFile file;
    private @Nullable LogDatabase database;

    /**
     * What the log holds and has lost.
     *
     * @param written flows written since the start
     * @param dropped flows not written since the start: they ended faster than they could be written, or writing failed
     * @param bytes size of all files
     * @param files number of files
     * @param oldestDay the day of the oldest file; null if there is none
     */
    public record Statistics(
            long written,
            long dropped,
            long bytes,
            int files,
            @Nullable LocalDate oldestDay) {}

    private FlowLog(Path state, SettingStore settings, Clocks clocks, DerivedValues derived, long gatherMillis) {
        this.folder = new LogFolder(state.resolve(FOLDER));
        this.days = settings.get(Settings.FLOWLOG_DAYS);
        this.maxBytes = settings.get(Settings.FLOWLOG_MEGABYTES) * BYTES_PER_MEGABYTE;
        this.clocks = clocks;
        this.derived = derived;
        this.writer = EndedFlowWriter.start("tcpprobe-flowlog", MAX_WAITING, gatherMillis, new Writing());
    }

    /**
     * Opens the log. SQLite is not loaded before the first flow ends.
     *
     * @param state the state folder
     * @param settings {@code flowlog.days} and {@code flowlog.megabytes}
     * @param derived what limited flows in their lives, and their containers
     */
    public static FlowLog open(Path state, SettingStore settings, Clocks clocks, DerivedValues derived) {
        return open(state, settings, clocks, derived, GATHER_MILLIS);
    }

    /** Opens the log, which gathers flows for {@code gatherMillis} before it writes them. */
    static FlowLog open(Path state, SettingStore settings, Clocks clocks, DerivedValues derived, long gatherMillis) {
        NativeLibrary.unpackForAgent(state);
        return new FlowLog(state, settings, clocks, derived, gatherMillis);
    }

    @Override
    public void happened(Change change, FlowRows flow) {
        if (change == Change.ENDED || change == Change.FAILED) {
            writer.add(flow);
        }
    }

    private final class Writing implements EndedFlowWriter.Target {
        @Override
        public void write(FlowColumns flows) {
            writeAll(flows);
        }

        @Override
        public void failed(Throwable failure) {
            lose(0, failure);
        }

        @Override
        public void end() {
            closeDatabase();
        }
    }

    /** Writes flows a slice at a time, so that a file does not grow far beyond its size. */
    private void writeAll(FlowColumns flows) {
        int done = 0;
        try {
            long now = clocks.wallMillis().getAsLong();
            long monotonic = clocks.monotonicNanos().getAsLong();
            LogRows rows = new LogRows(
                    flows,
                    derived.verdicts().evaluate(flows, monotonic),
                    derived.containers().get(),
                    now - monotonic / 1_000_000);
            LocalDate today = Instant.ofEpochMilli(now).atZone(ZoneOffset.UTC).toLocalDate();
            long[] ends = ends(rows);
            while (done < ends.length) {
                int to = Math.min(done + SLICE, ends.length);
                write(rows, ends, done, to, today);
                done = to;
            }
        } catch (RuntimeException | Error failed) {
            lose(flows.size() - done, failed);
        }
    }

    private void write(LogRows rows, long[] ends, int from, int to, LocalDate today) {
        try {
            open(today).add(rows, ends, from, to);
            written.addAndGet(to - from);
            failure.over();
        } catch (SQLException failed) {
            lose(to - from, failed);
            moveDamaged(failed);
        } catch (IOException | RuntimeException | LinkageError failed) {
            lose(to - from, failed);
        }
    }

    private void lose(int flows, Throwable failed) {
        lost.addAndGet(flows);
        closeDatabase();
        failure.warn(
                LOG,
                "write the flow log in " + folder.path(),
                new IOException(failed.toString(), failed),
                "flows that end are lost, and counted; make room there, or set flowlog.days=0");
    }

    /** A file that SQLite cannot use is renamed, so that the log goes on with another one. */
    private void moveDamaged(SQLException failed) {
        int code = failed.getErrorCode();
        if (code != SQLiteErrorCode.SQLITE_CORRUPT.code && code != SQLiteErrorCode.SQLITE_NOTADB.code) {
            return;
        }
        try {
            LOG.warn("the flow log was damaged; its file is kept as {}", folder.moveLast());
        } catch (IOException alsoFailed) {
            LOG.warn("rename the damaged file of the flow log: {}", alsoFailed.getMessage());
        }
    }

    private static long[] ends(LogRows rows) {
        long[] ends = new long[rows.size()];
        for (int i = 0; i < ends.length; i++) {
            rows.select(i);
            ends[i] = rows.wallMillis(FlowField.SAMPLED);
        }
        return ends;
    }

    /** Returns the database of today, with room; applies the limits of age and size when another file begins. */
    private LogDatabase open(LocalDate today) throws IOException, SQLException {
        LogDatabase open = database;
        LogFolder.LogFile current = file;
        if (open != null && current != null && current.day().equals(today) && current.bytes() < maxBytes / PARTS) {
            return open;
        }
        closeDatabase();
        folder.create();
        current = folder.current(today, maxBytes / PARTS);
        folder.retain(current, today.minusDays(days - 1), maxBytes - maxBytes / PARTS);
        open = LogDatabase.forWriting(current.path());
        file = current;
        database = open;
        return open;
    }

    private void closeDatabase() {
        LogDatabase open = database;
        database = null;
        file = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException failed) {
            LOG.debug("close the flow log", failed);
        }
    }

    /**
     * Returns what the log holds and has lost.
     *
     * @throws IOException if the folder cannot be read
     */
    public Statistics statistics() throws IOException {
        List<LogFolder.LogFile> files = folder.files();
        return new Statistics(
                written.get(),
                dropped(),
                files.stream().mapToLong(LogFolder.LogFile::bytes).sum(),
                files.size(),
                files.isEmpty() ? null : files.getFirst().day());
    }

    /** Returns the number of flows not written since the start. */
    long dropped() {
        return lost.get() + writer.dropped();
    }

    /** Writes what is waiting, and closes the files. */
    @Override
    public void close() {
        writer.close();
    }
}
