package io.tcpprobe.agent.flowlog;

import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.RttHistogram;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A column of the flow log: a field of a flow that still matters when the flow has ended. These are all counters and extremes, who
 * it was, and the last state of the congestion control. The column has the field's name.
 *
 * @param field the field
 * @param type its type in SQLite
 * @param binder writes its value into a statement
 */
record LogColumn(FlowField field, String type, Binder binder) {
    private static final String INTEGER = "INTEGER";

    /** Fields that are not counters, and are kept as well. */
    private static final Set<FlowField> KEPT = EnumSet.of(
            FlowField.LOCAL_ADDRESS,
            FlowField.LOCAL_PORT,
            FlowField.REMOTE_ADDRESS,
            FlowField.REMOTE_PORT,
            FlowField.STATE,
            FlowField.CWND,
            FlowField.SSTHRESH,
            FlowField.SRTT,
            FlowField.RTTVAR,
            FlowField.RTO,
            FlowField.MIN_RTT,
            FlowField.RTT_MAX,
            FlowField.MSS,
            FlowField.PMTU,
            FlowField.CONGESTION_CONTROL,
            FlowField.UID,
            FlowField.NETWORK_NAMESPACE,
            FlowField.INTERFACE,
            FlowField.OPTIONS,
            FlowField.DELIVERY_RATE,
            FlowField.SEND_QUEUE,
            FlowField.RECEIVE_QUEUE,
            FlowField.RECEIVE_RTT,
            FlowField.SEND_BUFFER,
            FlowField.RECEIVE_BUFFER,
            FlowField.PIPE_MAX,
            FlowField.SEND_WINDOW_MAX,
            FlowField.RECEIVE_WINDOW_MAX,
            FlowField.TOS,
            FlowField.FIRST_SEEN,
            FlowField.END_REASON,
            FlowField.SOCKET_ERROR,
            FlowField.HANDSHAKE_TIME,
            FlowField.RTT_P50,
            FlowField.RTT_P90,
            FlowField.RTT_P99,
            FlowField.ACTIVE_OPEN,
            FlowField.PID,
            FlowField.COMMAND,
            FlowField.CGROUP);

    /** All columns, in the order of the fields. */
    static final List<LogColumn> ALL = Arrays.stream(FlowField.values())
            .filter(field -> field.isCounter() && !RttHistogram.BUCKETS.contains(field) || KEPT.contains(field))
            .map(new Projection()::of)
            .toList();

    /** Writes the value of a flow into a statement. */
    @FunctionalInterface
    interface Binder {
        void bind(PreparedStatement statement, int place, LogRows rows, int index) throws SQLException;
    }

    /**
     * Rows to be written.
     *
     * @param flows the flows
     * @param wallOffsetMillis wall-clock time minus CLOCK_MONOTONIC
     */
    record LogRows(FlowColumns flows, long wallOffsetMillis) {
        private static final long NANOS_PER_MILLI = 1_000_000;

        /** Returns a time of a flow in milliseconds since 1970-01-01 UTC. */
        long wallMillis(FlowField time, int index) {
            return wallOffsetMillis + flows.number(time, index) / NANOS_PER_MILLI;
        }
    }

    /** Returns the column of a field; empty if the log does not keep it. */
    static Optional<LogColumn> of(FlowField field) {
        return ALL.stream().filter(column -> column.field == field).findFirst();
    }

    /** Returns the column's name in SQL. */
    String sqlName() {
        return '"' + field.label() + '"';
    }

    void bind(PreparedStatement statement, int place, LogRows rows, int index) throws SQLException {
        if (rows.flows().has(field, index)) {
            binder.bind(statement, place, rows, index);
        } else {
            statement.setNull(place, Types.NULL);
        }
    }

    private static final class Projection implements FieldProjection<LogColumn> {
        @Override
        public LogColumn number(FlowField field) {
            return new LogColumn(
                    field,
                    INTEGER,
                    (statement, place, rows, index) ->
                            statement.setLong(place, rows.flows().number(field, index)));
        }

        @Override
        public LogColumn state(FlowField field) {
            return number(field);
        }

        @Override
        public LogColumn address(FlowField field) {
            FlowField type =
                    field == FlowField.LOCAL_ADDRESS ? FlowField.LOCAL_ADDRESS_TYPE : FlowField.REMOTE_ADDRESS_TYPE;
            return new LogColumn(
                    field,
                    "BLOB",
                    (statement, place, rows, index) ->
                            statement.setBytes(place, rows.flows().address(field, type, index)));
        }

        @Override
        public LogColumn name(FlowField field) {
            return new LogColumn(
                    field,
                    "TEXT",
                    (statement, place, rows, index) ->
                            statement.setString(place, rows.flows().text(field, index)));
        }

        @Override
        public LogColumn time(FlowField field) {
            return new LogColumn(
                    field,
                    INTEGER,
                    (statement, place, rows, index) -> statement.setLong(place, rows.wallMillis(field, index)));
        }
    }
}
