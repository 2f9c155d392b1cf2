package io.tcpprobe.agent.flowlog;

import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.kernel.flow.FlowValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Searches the flow log, while an agent writes it or not. */
public final class FlowLogReader {
    /** The values that the log keeps, in the order of their ids. */
    public static final List<FlowValue> VALUES =
            LogColumn.ALL.stream().map(LogColumn::value).toList();

    private static final Logger LOG = LoggerFactory.getLogger(FlowLogReader.class);
    private static final int MAX_SECONDS = 10;

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
        query.by().filter(by -> LogColumn.of(by).isEmpty()).ifPresent(by -> {
            throw LogSql.notKept(by);
        });
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
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_SECONDS);
        List<LoggedFlow> found = new ArrayList<>();
        IOException failure = null;
        boolean read = false;
        for (LogFolder.LogFile file : folder.files()) {
            if (file.day().isBefore(query.since().atZone(ZoneOffset.UTC).toLocalDate())) {
                continue;
            }
            try {
                found.addAll(search(file, query, deadline));
                read = true;
            } catch (IOException failed) {
                unreadable.warn(LOG, "search the flow log", failed, "the connections of this file are left out");
                failure = failed;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("search the flow log: it takes more than " + MAX_SECONDS
                        + " s; give a shorter period or a condition");
            }
            found.sort(order(query));
            if (found.size() > query.limit()) {
                found.subList(query.limit(), found.size()).clear();
            }
        }
        if (failure != null && !read) {
            throw failure;
        }
        return found;
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
