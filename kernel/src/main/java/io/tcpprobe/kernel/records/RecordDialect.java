package io.tcpprobe.kernel.records;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The writer of a record, which determines the columns of a line and the meaning of three of its numbers. */
public enum RecordDialect {
    /** Ours, of the module 2.0 and of {@code tcpprobe records}: 19 columns, in microseconds. */
    TCPPROBE("tcpprobe"),
    /** tcp_probe_plus 1.x, 19 or 16 columns: rttvar is half of the true value, so is its part of rto; inflight is packets_out. */
    ORIGINAL("original"),
    /** tcp_probe of Linux up to 4.15: 11 columns. */
    TCP_PROBE("tcp_probe"),
    /** The tracepoint tcp:tcp_probe of Linux 4.16 and later, as ftrace, trace-cmd and perf script print it. */
    TRACE("trace"),
    /** {@code tcpprobe records --format json}: one object per line. */
    JSON("json");

    private static final List<List<RecordField>> OURS = List.of(RecordField.TCP_PROBE_PLUS);
    private static final List<List<RecordField>> ORIGINALS =
            List.of(RecordField.TCP_PROBE_PLUS, RecordField.TCP_PROBE_PLUS_16);
    private static final List<List<RecordField>> MAINLINE = List.of(RecordField.TCP_PROBE);

    private final String label;

    RecordDialect(String label) {
        this.label = label;
    }

    /** Returns its name in the setting replay.dialect. */
    public String label() {
        return label;
    }

    /**
     * Returns the dialect that the setting replay.dialect names.
     *
     * @return null for {@code auto}: the dialect of each line is detected
     */
    public static @Nullable RecordDialect named(String label) {
        return Arrays.stream(values())
                .filter(dialect -> dialect.label.equals(label))
                .findFirst()
                .orElse(null);
    }

    /** Returns the possible columns of a line, the usual ones first; empty if its lines do not have columns. */
    List<List<RecordField>> layouts() {
        return switch (this) {
            case TCPPROBE -> OURS;
            case ORIGINAL -> ORIGINALS;
            case TCP_PROBE -> MAINLINE;
            case TRACE, JSON -> List.of();
        };
    }

    /** Returns the fields of a line with this many columns, in their order; null if the dialect has no such line. */
    @Nullable
    List<RecordField> layout(int columns) {
        for (List<RecordField> layout : layouts()) {
            if (layout.size() == columns) {
                return layout;
            }
        }
        return null;
    }

    /** Returns the true rttvar of a record. */
    long rttvar(ProbeRecord record) {
        long rttvar = record.value(RecordField.RTTVAR);
        return this == ORIGINAL ? 2 * rttvar : rttvar;
    }

    /** Returns the true rto of a record. */
    long rto(ProbeRecord record) {
        long rto = record.value(RecordField.RTO);
        return this == ORIGINAL ? rto + 4 * record.value(RecordField.RTTVAR) : rto;
    }
}
