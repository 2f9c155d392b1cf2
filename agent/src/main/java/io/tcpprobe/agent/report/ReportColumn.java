package io.tcpprobe.agent.report;

import io.tcpprobe.config.Unit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The values of a connection in a report, in their order. Each is declared once here, and is part of every format. */
public enum ReportColumn {
    CONNECTION(
            "connection",
            Unit.NONE,
            true,
            "Number of the connection in the recording, from 1.",
            whole(ConnectionReport::number)),
    LOCAL("local", Unit.NONE, true, "Local endpoint.", ConnectionReport::local),
    REMOTE("remote", Unit.NONE, true, "Remote endpoint.", ConnectionReport::remote),
    DURATION("duration", Unit.SECONDS, true, "Time from its first sample to its last.", decimal(ReportColumn::seconds)),
    BYTES_ACKED(
            "bytesAcked",
            Unit.BYTES,
            true,
            "Bytes that the peer acknowledged in this time; without the counter, the growth of snd_una.",
            growth(ConnectionReport::acked)),
    BYTES_RECEIVED(
            "bytesReceived", Unit.BYTES, true, "Bytes received in this time.", growth(ConnectionReport::received)),
    SEND_RATE(
            "sendRate",
            Unit.BYTES_PER_SECOND,
            true,
            "bytesAcked / duration.",
            connection -> rate(connection, connection.acked())),
    RTT_P50("rttP50", Unit.MICROSECONDS, true, "Median of the round-trip times.", percentile(50)),
    RTT_P99("rttP99", Unit.MICROSECONDS, true, "99th percentile of the round-trip times.", percentile(99)),
    RETRANS("retrans", Unit.SEGMENTS, true, "Segments retransmitted in this time.", growth(ConnectionReport::retrans)),
    VERDICTS(
            "verdicts",
            Unit.NONE,
            true,
            "What limited it as sender, with the share of the time; judged over each second of the recording.",
            text(connection -> connection.verdicts().shares())),
    CWND_MIN(
            "cwndMin",
            Unit.SEGMENTS,
            true,
            "Minimum congestion window.",
            connection ->
                    connection.cwnd().count() == 0 ? null : connection.cwnd().minimum()),
    CWND_MAX(
            "cwndMax",
            Unit.SEGMENTS,
            true,
            "Maximum congestion window.",
            connection ->
                    connection.cwnd().count() == 0 ? null : connection.cwnd().maximum()),
    LOST(
            "lost",
            Unit.SEGMENTS,
            true,
            "Segments that were presumed lost: the sum of the rises of lost from sample to sample.",
            whole(ConnectionReport::lost)),
    TIMEOUTS("timeouts", Unit.NONE, true, "Retransmission timeouts.", growth(ConnectionReport::timeouts)),
    END(
            "end",
            Unit.NONE,
            true,
            "Why it ended; \"ended\" if the recording shows only that.",
            text(ConnectionReport::end)),
    BEGIN(
            "begin",
            Unit.SECONDS,
            false,
            "Time of its first sample, since the first one of the recording.",
            decimal(connection -> connection.firstNanos() / ReportColumn.NANOS)),
    SAMPLES("samples", Unit.SAMPLES, false, "Number of its samples.", whole(ConnectionReport::samples)),
    RECEIVE_RATE(
            "receiveRate",
            Unit.BYTES_PER_SECOND,
            false,
            "bytesReceived / duration.",
            connection -> rate(connection, connection.received())),
    RTT_MIN(
            "rttMin",
            Unit.MICROSECONDS,
            false,
            "Minimum of the round-trip times.",
            connection -> connection.roundTrips().count() == 0
                    ? null
                    : connection.roundTrips().minimum()),
    RTT_P90("rttP90", Unit.MICROSECONDS, false, "90th percentile of the round-trip times.", percentile(90)),
    RTT_MAX(
            "rttMax",
            Unit.MICROSECONDS,
            false,
            "Maximum of the round-trip times.",
            connection -> connection.roundTrips().count() == 0
                    ? null
                    : connection.roundTrips().maximum()),
    RTT_BASIS(
            "rttBasis",
            Unit.NONE,
            false,
            "Where the round-trip times come from: rttLast, each measurement that the samples show; or srtt of each"
                    + " sample.",
            text(connection -> connection.rttBasis().label())),
    DATA_SEGS_OUT(
            "dataSegsOut",
            Unit.SEGMENTS,
            false,
            "Data segments sent in this time, with retransmissions.",
            growth(ConnectionReport::sent)),
    CONGESTION_CONTROL(
            "congestionControl", Unit.NONE, false, "Congestion control algorithm.", text(ConnectionReport::control)),
    COMMAND("command", Unit.NONE, false, "Name of the process.", text(ConnectionReport::process)),
    VERDICT_TIMES(
            "verdictTimes",
            Unit.NONE,
            false,
            "When each verdict applied, in seconds since the first sample of the recording; at most "
                    + VerdictTimes.MAX_RUNS + " times.",
            text(connection -> connection.verdicts().text())),
    RECEIVER_VERDICTS(
            "receiverVerdicts",
            Unit.NONE,
            false,
            "What limited it as receiver, with the share of the time.",
            text(connection -> connection.receiverVerdicts().shares())),
    LIFE_VERDICT(
            "lifeVerdict",
            Unit.NONE,
            false,
            "What limited it as sender over its life, until its last sample.",
            connection -> connection.lifeVerdict().label());

    private static final double NANOS = 1e9;

    private final String label;
    private final Unit unit;
    private final boolean inTable;
    private final String doc;

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final Function<ConnectionReport, @Nullable Object> value;

    ReportColumn(
            String label, Unit unit, boolean inTable, String doc, Function<ConnectionReport, @Nullable Object> value) {
        this.label = label;
        this.unit = unit;
        this.inTable = inTable;
        this.doc = doc;
        this.value = value;
    }

    private static Function<ConnectionReport, @Nullable Object> whole(ToLongFunction<ConnectionReport> number) {
        return number::applyAsLong;
    }

    private static Function<ConnectionReport, @Nullable Object> decimal(ToDoubleFunction<ConnectionReport> number) {
        return number::applyAsDouble;
    }

    private static Function<ConnectionReport, @Nullable Object> text(Function<ConnectionReport, String> text) {
        return connection -> text.apply(connection).isEmpty() ? null : text.apply(connection);
    }

    private static Function<ConnectionReport, @Nullable Object> growth(Function<ConnectionReport, Growth> of) {
        return connection -> of.apply(connection).known() ? of.apply(connection).sum() : null;
    }

    private static Function<ConnectionReport, @Nullable Object> percentile(int percent) {
        return connection -> connection.roundTrips().count() == 0
                ? null
                : connection.roundTrips().percentile(percent);
    }

    private static double seconds(ConnectionReport connection) {
        return (connection.lastNanos() - connection.firstNanos()) / NANOS;
    }

    private static @Nullable Object rate(ConnectionReport connection, Growth bytes) {
        double seconds = seconds(connection);
        return !bytes.known() || seconds == 0 ? null : Math.round(bytes.sum() / seconds);
    }

    /** Returns its name. */
    public String label() {
        return label;
    }

    /** Returns the unit of its numbers. */
    public Unit unit() {
        return unit;
    }

    /** Returns true if the table for the terminal has it; the other formats have all. */
    public boolean inTable() {
        return inTable;
    }

    /** Returns its meaning. */
    public String doc() {
        return doc;
    }

    /** Returns its value for a connection: a Long, a Double, a String; null if the recording does not have it. */
    public @Nullable Object value(ConnectionReport connection) {
        return value.apply(connection);
    }
}
