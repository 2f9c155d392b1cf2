package io.tcpprobe.agent.flowlog;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/** One file of the flow log, as a database of SQLite with the table {@code flows}. */
final class LogDatabase implements AutoCloseable {
    private static final int BUSY_MILLIS = 2000;

    /** Steps of SQLite between two checks of the time: some 100 microseconds. */
    private static final int STEPS = 10_000;

    /** A search reads a file page by page: with SQLite's default of 4 KiB it takes 1.8 times as long. */
    private static final int PAGE_BYTES = 16 << 10;

    private static final int JOURNAL_BYTES = 1 << 20;

    /** The statement that adds a flow. */
    private static final String INSERT = LogColumn.ALL.stream()
            .map(LogColumn::sqlName)
            .collect(Collectors.joining(
                    ", ", "INSERT INTO flows (ended, ", ") VALUES (?" + ", ?".repeat(LogColumn.ALL.size()) + ")"));

    private final Connection connection;

    /** {@link #INSERT}, compiled at the first flow: that takes as long as to add some 40 of them. */
    private @Nullable PreparedStatement insert;

    private LogDatabase(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens a file for writing; creates the table, and columns that a former version did not have.
     *
     * @throws SQLException if it cannot be opened, or is not a database
     */
    static LogDatabase forWriting(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL); // readers do not wait for the writer
        config.setSynchronous(
                SQLiteConfig.SynchronousMode.NORMAL); // a crash of the agent loses nothing that is committed
        config.setBusyTimeout(BUSY_MILLIS);
        config.setPageSize(PAGE_BYTES);
        config.setJournalSizeLimit(JOURNAL_BYTES);
        config.setOpenMode(
                SQLiteOpenMode.NOMUTEX); // the driver has a lock of its own; SQLite's is taken for each number of a row
        config.setGetGeneratedKeys(false); // otherwise the driver compiles and runs a query for the key after each row
        LogDatabase database = new LogDatabase(config.createConnection("jdbc:sqlite:" + file));
        try {
            database.prepare();
            return database;
        } catch (SQLException failed) {
            database.close();
            throw failed;
        }
    }

    /**
     * Opens a file for reading.
     *
     * @throws SQLException if it cannot be opened, or is not a database
     */
    static LogDatabase forReading(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        return new LogDatabase(config.createConnection("jdbc:sqlite:" + file));
    }

    /** Interrupts a query that runs at this time of {@link System#nanoTime}. */
    void limit(long deadlineNanos) throws SQLException {
        ProgressHandler.setHandler(connection, STEPS, new ProgressHandler() {
            @Override
            protected int progress() {
                return System.nanoTime() - deadlineNanos > 0 ? 1 : 0;
            }
        });
    }

    Connection connection() {
        return connection;
    }

    private void prepare() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS flows (ended INTEGER NOT NULL)");
            statement.execute("CREATE INDEX IF NOT EXISTS flows_ended ON flows (ended)");
            Set<String> known = columns();
            for (LogColumn column : LogColumn.ALL) {
                if (!known.contains(column.value().label())) {
                    statement.execute("ALTER TABLE flows ADD COLUMN " + column.sqlName() + " " + column.type());
                }
            }
        }
        connection.setAutoCommit(false);
    }

    /** Returns the names of the columns; none if the table does not exist yet. */
    Set<String> columns() throws SQLException {
        Set<String> names = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT name FROM pragma_table_info('flows')")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** Returns when the first of the flows ended, in milliseconds since 1970-01-01 UTC; 0 if there is none. */
    long oldest() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet first = statement.executeQuery("SELECT min(ended) FROM flows")) {
            return first.getLong(1);
        }
    }

    /**
     * Adds flows in one transaction: all of them, or none.
     *
     * @param ended when each flow ended, in milliseconds since 1970-01-01 UTC
     * @param from index of the first flow
     * @param to index after the last flow
     */
    void add(LogColumn.LogRows rows, long[] ended, int from, int to) throws SQLException {
        try {
            PreparedStatement statement = inserting();
            for (int i = from; i < to; i++) {
                rows.select(i);
                statement.setLong(1, ended[i]);
                int place = 2;
                for (LogColumn column : LogColumn.ALL) {
                    column.binder().bind(statement, place++, rows);
                }
                statement.executeUpdate();
            }
            connection.commit();
        } catch (SQLException failed) {
            rollBack(failed);
            throw failed;
        }
    }

    private PreparedStatement inserting() throws SQLException {
        PreparedStatement ready = insert;
        if (ready == null) {
            ready = connection.prepareStatement(INSERT);
            insert = ready;
        }
        return ready;
    }

    /** SQLite may have rolled back already, as when the disk is full. */
    private void rollBack(SQLException cause) {
        try {
            connection.rollback();
        } catch (SQLException failed) {
            cause.addSuppressed(failed);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
