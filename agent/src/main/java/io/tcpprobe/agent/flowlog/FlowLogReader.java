package io.tcpprobe.agent.flowlog;

import io.tcpprobe.agent.core.Parallel;
import io.tcpprobe.agent.core.TimeLimit;
import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.kernel.flow.FlowValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Searches the flow log, while an agent writes it or not. */
public final class FlowLogReader {
    /** The values that the log keeps, in the order of their ids. */
    public static final List<FlowValue> VALUES =
            LogColumn.ALL.stream().map(LogColumn::value).toList();

    private static final Logger LOG = LoggerFactory.getLogger(FlowLogReader.class);
    private static final Duration MAX_TIME = Duration.ofSeconds(10);

    private final LogFolder folder;
    private final LastFailure unreadable = new LastFailure();
    private final Semaphore one = new Semaphore(1);

    /**
     * Creates a reader.
     *
     * @param state the state folder of the agent
     */
    public FlowLogReader(Path state) {
        NativeLibrary.unpackBelow(state);
        this.folder = new LogFolder(state.resolve(FlowLog.FOLDER));
    }

    /** Returns the measure of this name, in any case, by which connections can be ranked; the log may not keep it. */
    public static Optional<FlowValue> measure(String name) {
        return FlowValue.find(name).filter(FlowValue::rankable);
    }

    /**
     * Searches the log. One search at a time, for at most 10 s. A file that cannot be read is left out, and logged.
     *
     * @return the flows in the order that the query asks for
     * @throws IllegalArgumentException if the query names a field that the log does not keep
     * @throws IOException if another search runs, if this one takes too long, or if no file can be read
     */
    public List<LoggedFlow> search(LogQuery query) throws IOException {
        LogSql.check(query); // also if there is no file
        if (!one.tryAcquire()) {
            throw new IOException("search the flow log: another search is running; try again");
        }
        try {
            return searchAll(query);
        } finally {
            one.release();
        }
    }

    private List<LoggedFlow> searchAll(LogQuery query) throws IOException {
        LocalDate first = query.since().atZone(ZoneOffset.UTC).toLocalDate();
        List<LogFolder.LogFile> files = folder.files();
        files.removeIf(file -> file.day().isBefore(first));
        Search search = new Search(query, TimeLimit.end(MAX_TIME));
        Parallel.forEach("tcpprobe-search", files, search::in);
        return search.result();
    }

    /** One search, by several threads. A file's result is merged before its thread begins the next file, so that memory is bounded. */
    private final class Search {
        private final LogQuery query;
        private final long deadline;
        private final List<LoggedFlow> found = new ArrayList<>();
        private @Nullable IOException failure;
        private boolean read;

        Search(LogQuery query, long deadline) {
            this.query = query;
            this.deadline = deadline;
        }

        void in(LogFolder.LogFile file) {
            if (late()) {
                return;
            }
            try {
                merge(search(file, query, deadline));
            } catch (IOException failed) {
                failed(failed);
            }
        }

        private synchronized void merge(List<LoggedFlow> more) {
            read = true;
            found.addAll(more);
            found.sort(order(query));
            if (found.size() > query.limit()) {
                found.subList(query.limit(), found.size()).clear();
            }
        }

        private synchronized void failed(IOException failed) {
            failure = failed;
            if (!late()) {
                unreadable.warn(LOG, "search the flow log", failed, "the connections of this file are left out");
            }
        }

        private boolean late() {
            return System.nanoTime() - deadline > 0;
        }

        /** Returns what was found, after all files. */
        synchronized List<LoggedFlow> result() throws IOException {
            if (late()) {
                throw new IOException("search the flow log: it takes more than " + MAX_TIME.toSeconds()
                        + " s; give a shorter period or a condition");
            }
            if (failure != null && !read) {
                throw failure;
            }
            return found;
        }
    }

    private static Comparator<LoggedFlow> order(LogQuery query) {
        Comparator<LoggedFlow> last = Comparator.comparing(LoggedFlow::ended).reversed();
        return query.by()
                .map(by -> Comparator.comparing(
                                (LoggedFlow flow) -> flow.number(by),
                                Comparator.nullsLast(Comparator.<Long>reverseOrder()))
                        .thenComparing(last))
                .orElse(last);
    }

    private static List<LoggedFlow> search(LogFolder.LogFile file, LogQuery query, long deadline) throws IOException {
        try (LogDatabase database = LogDatabase.forReading(file.path())) {
            Set<String> columns = database.columns();
            if (columns.isEmpty()) {
                return List.of(); // just created
            }
            LogSql sql = new LogSql(query, columns, database.oldest());
            database.limit(deadline);
            try (PreparedStatement statement = database.connection().prepareStatement(sql.text())) {
                sql.bind(statement);
                return read(statement);
            }
        } catch (SQLException failed) {
            if (!Files.exists(file.path())) {
                return List.of(); // it became too old meanwhile
            }
            throw new IOException("read " + file.path() + ": " + failed.getMessage(), failed);
        }
    }

    private static List<LoggedFlow> read(PreparedStatement statement) throws SQLException {
        List<LoggedFlow> flows = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Map<FlowValue, Object> values = new HashMap<>();
                int place = 2;
                for (LogColumn column : LogColumn.ALL) {
                    Object value = rows.getObject(place++);
                    if (value != null) {
                        values.put(column.value(), value instanceof Integer number ? number.longValue() : value);
                    }
                }
                flows.add(new LoggedFlow(Instant.ofEpochMilli(rows.getLong(1)), values));
            }
        }
        return flows;
    }
}
