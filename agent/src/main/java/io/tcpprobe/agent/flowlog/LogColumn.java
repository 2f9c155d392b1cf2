package io.tcpprobe.agent.flowlog;

import io.tcpprobe.agent.flows.ContainerNames;
import io.tcpprobe.kernel.flow.DecodedFlows;
import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.FlowValue;
import io.tcpprobe.kernel.flow.RttHistogram;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A column of the flow log: a value of a flow that still matters when the flow has ended. These are all counters and extremes, who
 * it was, the last state of the congestion control, and what limited it. The column has the value's name.
 *
 * @param value the value
 * @param type its type in SQLite
 * @param binder writes it into a statement; NULL if the flow does not have it
 */
record LogColumn(FlowValue value, String type, Binder binder) {
    private static final String INTEGER = "INTEGER";
    private static final String TEXT = "TEXT";

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
            FlowField.RESET_REASON,
            FlowField.SOCKET_ERROR,
            FlowField.HANDSHAKE_TIME,
            FlowField.RTT_P50,
            FlowField.RTT_P90,
            FlowField.RTT_P99,
            FlowField.ACTIVE_OPEN,
            FlowField.PID,
            FlowField.COMMAND,
            FlowField.CGROUP);

    /** All columns, in the order of the fields; computed values and texts last. */
    static final List<LogColumn> ALL = Stream.of(
                    Arrays.stream(FlowField.values())
                            .filter(field ->
                                    field.isCounter() && !RttHistogram.BUCKETS.contains(field) || KEPT.contains(field))
                            .map(new Projection()::of),
                    Stream.of(VerdictField.LIFE_VERDICT, VerdictField.LIFE_SHARE)
                            .map(LogColumn::computed),
                    Stream.of(
                            composed(FlowText.CONTAINER, ContainerNames::container),
                            composed(FlowText.POD, ContainerNames::pod)))
            .flatMap(columns -> columns)
            .toList();

    /** Writes the value of the selected flow into a statement. */
    @FunctionalInterface
    interface Binder {
        void bind(PreparedStatement statement, int place, LogRows rows) throws SQLException;
    }

    /** Converts a number of a flow to what is written. */
    @FunctionalInterface
    private interface LogNumber {
        long of(LogRows rows, long number);
    }

    /** Returns the name of the container, or of the pod, of a control group. */
    @FunctionalInterface
    private interface ToName {
        String of(ContainerNames names, long cgroup);
    }

    /** Flows to be written, one after the other. */
    static final class LogRows {
        private static final long NANOS_PER_MILLI = 1_000_000;
        private static final List<FlowField> FIELDS = ALL.stream()
                .map(LogColumn::value)
                .filter(FlowField.class::isInstance)
                .map(FlowField.class::cast)
                .toList();

        private final FlowColumns flows;
        private final DecodedFlows numbers;
        private final VerdictTable verdicts;
        private final ContainerNames containers;
        private final long wallOffsetMillis;
        private int index;

        /**
         * Creates it; the first flow is selected.
         *
         * @param flows the flows
         * @param verdicts what limited them in their lives
         * @param containers their containers and pods
         * @param wallOffsetMillis wall-clock time minus CLOCK_MONOTONIC
         */
        LogRows(FlowColumns flows, VerdictTable verdicts, ContainerNames containers, long wallOffsetMillis) {
            this.flows = flows;
            this.numbers = new DecodedFlows(flows, FIELDS);
            this.verdicts = verdicts;
            this.containers = containers;
            this.wallOffsetMillis = wallOffsetMillis;
        }

        int size() {
            return flows.size();
        }

        /** Selects a flow by its index. */
        void select(int selected) {
            index = selected;
            numbers.select(selected);
        }

        /** Returns a name of the selected flow; empty if it has none. */
        private String name(ToName name) {
            long cgroup = numbers.numberOrAbsent(FlowField.CGROUP);
            return cgroup == DecodedFlows.ABSENT ? "" : name.of(containers, cgroup);
        }

        /** Returns a time of the selected flow in milliseconds since 1970-01-01 UTC. */
        long wallMillis(FlowField time) {
            return wallMillis(numbers.number(time));
        }

        private long wallMillis(long monotonicNanos) {
            return wallOffsetMillis + monotonicNanos / NANOS_PER_MILLI;
        }
    }

    /** Returns the column of a value; empty if the log does not keep it. */
    static Optional<LogColumn> of(FlowValue value) {
        return ALL.stream().filter(column -> column.value == value).findFirst();
    }

    /** Returns the column of a text or an address. */
    private static LogColumn ofBytes(FlowField field, String type, Binder binder) {
        return new LogColumn(field, type, (statement, place, rows) -> {
            if (rows.flows.has(field, rows.index)) {
                binder.bind(statement, place, rows);
            } else {
                statement.setNull(place, Types.NULL);
            }
        });
    }

    private static LogColumn ofNumber(FlowField field, LogNumber number) {
        return new LogColumn(field, INTEGER, (statement, place, rows) -> {
            long value = rows.numbers.numberOrAbsent(field);
            if (value == DecodedFlows.ABSENT) {
                statement.setNull(place, Types.NULL);
            } else {
                statement.setLong(place, number.of(rows, value));
            }
        });
    }

    /** Returns the column of a computed number, or of the number of a verdict. */
    private static LogColumn computed(VerdictField field) {
        return new LogColumn(field, INTEGER, (statement, place, rows) -> {
            if (rows.verdicts.has(field, rows.index)) {
                statement.setLong(place, rows.verdicts.number(field, rows.index));
            } else {
                statement.setNull(place, Types.NULL);
            }
        });
    }

    /** Returns the column of a text that is looked up by the control group of the flow. */
    private static LogColumn composed(FlowText text, ToName name) {
        return new LogColumn(text, TEXT, (statement, place, rows) -> {
            String found = rows.name(name);
            if (found.isEmpty()) {
                statement.setNull(place, Types.NULL);
            } else {
                statement.setString(place, found);
            }
        });
    }

    /** Returns the column's name in SQL. */
    String sqlName() {
        return '"' + value.label() + '"';
    }

    private static final class Projection implements FieldProjection<LogColumn> {
        @Override
        public LogColumn number(FlowField field) {
            return ofNumber(field, (_, number) -> number);
        }

        @Override
        public LogColumn state(FlowField field) {
            return number(field);
        }

        @Override
        public LogColumn address(FlowField field) {
            FlowField type =
                    field == FlowField.LOCAL_ADDRESS ? FlowField.LOCAL_ADDRESS_TYPE : FlowField.REMOTE_ADDRESS_TYPE;
            return ofBytes(
                    field,
                    "BLOB",
                    (statement, place, rows) -> statement.setBytes(place, rows.flows.address(field, type, rows.index)));
        }

        @Override
        public LogColumn name(FlowField field) {
            return ofBytes(
                    field,
                    TEXT,
                    (statement, place, rows) -> statement.setString(place, rows.flows.text(field, rows.index)));
        }

        @Override
        public LogColumn time(FlowField field) {
            return ofNumber(field, LogRows::wallMillis);
        }
    }
}
