package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.Unit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values of a group of flows. Each is declared once here, and projected to SNMP, JMX, JSON, MIB text and docs. Ids are SNMP columns and
 * are never changed or reused. Counters count since the agent started, and never fall.
 */
public enum GroupField {
    FLOWS(4, "flows", Type.GAUGE, Unit.FLOWS, "Flows of the group now."),
    ASSIGNED(
            5,
            "assigned",
            Type.COUNTER,
            Unit.NONE,
            "Flows, and failed connects, that were put into the group; those of the group other found no room for a group of their"
                    + " own."),
    OPENED(6, "opened", Type.COUNTER, Unit.FLOWS, "Flows that were established since the agent started."),
    MISSED(
            7,
            "missed",
            Type.COUNTER,
            Unit.FLOWS,
            "Flows that left without a report of their end: evicted at maxflows, lost by the source, or the source reports no ends."
                    + " The values seen last are counted."),
    ENDED_UNKNOWN(10, "endedUnknown", EndReason.UNKNOWN, "Flows that ended for an unknown reason."),
    ENDED_FIN_SENT(11, "endedFinSent", EndReason.FIN_SENT, "Flows that this host closed first."),
    ENDED_FIN_RECEIVED(12, "endedFinReceived", EndReason.FIN_RECEIVED, "Flows that the peer closed first."),
    ENDED_RESET_SENT(13, "endedResetSent", EndReason.RESET_SENT, "Flows that this host reset."),
    ENDED_RESET_RECEIVED(14, "endedResetReceived", EndReason.RESET_RECEIVED, "Flows that the peer reset."),
    ENDED_TIMED_OUT(15, "endedTimedOut", EndReason.TIMED_OUT, "Flows whose peer did not answer any more."),
    ENDED_DESTROYED(16, "endedDestroyed", EndReason.DESTROYED, "Flows that an administrator destroyed."),
    FAILED_REFUSED(
            20,
            "failedRefused",
            EndReason.CONNECTION_REFUSED,
            "Connects that failed because the peer refused the SYN."),
    FAILED_TIMED_OUT(
            21, "failedTimedOut", EndReason.CONNECT_TIMED_OUT, "Connects that failed because no SYN was answered."),
    FAILED_UNREACHABLE(
            22,
            "failedUnreachable",
            EndReason.UNREACHABLE,
            "Connects that failed because ICMP reported that the peer cannot be reached."),
    FAILED_CANCELLED(
            23,
            "failedCancelled",
            EndReason.CONNECT_CANCELLED,
            "Connects that the application gave up before the connection was established."),
    FAILED_OTHER(24, "failedOther", EndReason.CONNECT_FAILED, "Connects that failed for another reason."),
    BYTES_SENT(30, FlowField.BYTES_SENT),
    BYTES_RETRANS(31, FlowField.BYTES_RETRANS),
    BYTES_RECEIVED(32, FlowField.BYTES_RECEIVED),
    BYTES_ACKED(33, FlowField.BYTES_ACKED),
    SEGS_OUT(34, FlowField.SEGS_OUT),
    SEGS_IN(35, FlowField.SEGS_IN),
    RETRANS(36, FlowField.RETRANS),
    RETRANS_TIMEOUT(37, FlowField.RETRANS_TIMEOUT),
    RETRANS_FAST(38, FlowField.RETRANS_FAST),
    RETRANS_PROBE(39, FlowField.RETRANS_PROBE),
    RETRANS_HANDSHAKE(40, FlowField.RETRANS_HANDSHAKE),
    TIMEOUTS(41, FlowField.TIMEOUTS),
    ZERO_WINDOW_PROBES(42, FlowField.ZERO_WINDOW_PROBES),
    BUSY_TIME(43, FlowField.BUSY_TIME),
    RWND_LIMITED(44, FlowField.RWND_LIMITED),
    SNDBUF_LIMITED(45, FlowField.SNDBUF_LIMITED),
    RTT_SUM(46, FlowField.RTT_SUM),
    RTT_FROM_0(50, FlowField.RTT_FROM_0),
    RTT_FROM_32(51, FlowField.RTT_FROM_32),
    RTT_FROM_64(52, FlowField.RTT_FROM_64),
    RTT_FROM_128(53, FlowField.RTT_FROM_128),
    RTT_FROM_256(54, FlowField.RTT_FROM_256),
    RTT_FROM_512(55, FlowField.RTT_FROM_512),
    RTT_FROM_1024(56, FlowField.RTT_FROM_1024),
    RTT_FROM_2048(57, FlowField.RTT_FROM_2048),
    RTT_FROM_4096(58, FlowField.RTT_FROM_4096),
    RTT_FROM_8192(59, FlowField.RTT_FROM_8192),
    RTT_FROM_16384(60, FlowField.RTT_FROM_16384),
    RTT_FROM_32768(61, FlowField.RTT_FROM_32768),
    RTT_FROM_65536(62, FlowField.RTT_FROM_65536),
    RTT_FROM_131072(63, FlowField.RTT_FROM_131072),
    RTT_FROM_262144(64, FlowField.RTT_FROM_262144),
    RTT_FROM_524288(65, FlowField.RTT_FROM_524288),
    RTT_FROM_1048576(66, FlowField.RTT_FROM_1048576),
    RTT_FROM_2097152(67, FlowField.RTT_FROM_2097152),
    RTT_P50(
            70,
            "rttP50",
            Type.PERCENTILE,
            Unit.MICROSECONDS,
            "Median of the round-trip times since the agent started; exact to its bucket."),
    RTT_P90(
            71,
            "rttP90",
            Type.PERCENTILE,
            Unit.MICROSECONDS,
            "90th percentile of the round-trip times since the agent started; exact to its bucket."),
    RTT_P99(
            72,
            "rttP99",
            Type.PERCENTILE,
            Unit.MICROSECONDS,
            "99th percentile of the round-trip times since the agent started; exact to its bucket.");

    private enum Type {
        COUNTER,
        GAUGE,
        PERCENTILE
    }

    /** The maximum id plus 1. */
    public static final int ID_LIMIT =
            Arrays.stream(values()).mapToInt(GroupField::id).max().orElseThrow() + 1;

    private static final List<GroupField> ALL = List.of(values());

    private static final List<GroupField> SUMS =
            Arrays.stream(values()).filter(field -> field.summed != null).toList();

    private final int id;
    private final String label;
    private final Type type;
    private final Unit unit;
    private final String doc;
    private final @Nullable FlowField summed;
    private final @Nullable EndReason reason;

    GroupField(int id, String label, Type type, Unit unit, String doc) {
        this.id = id;
        this.label = label;
        this.type = type;
        this.unit = unit;
        this.doc = doc;
        this.summed = null;
        this.reason = null;
    }

    GroupField(int id, String label, EndReason reason, String doc) {
        this.id = id;
        this.label = label;
        this.type = Type.COUNTER;
        this.unit = Unit.FLOWS;
        this.doc = doc;
        this.summed = null;
        this.reason = reason;
    }

    GroupField(int id, FlowField summed) {
        this.id = id;
        this.label = summed.label();
        this.type = Type.COUNTER;
        this.unit = summed.unit();
        this.doc = "Sum over the flows of the group. " + summed.doc();
        this.summed = summed;
        this.reason = null;
    }

    /** Returns its id: the SNMP column. */
    public int id() {
        return id;
    }

    /** Returns its name in every projection. */
    public String label() {
        return label;
    }

    /** Returns the value's unit. */
    public Unit unit() {
        return unit;
    }

    /** Returns its description. */
    public String doc() {
        return doc;
    }

    /** Returns true if it is a counter, which never falls; false if it is a gauge. */
    public boolean counter() {
        return type == Type.COUNTER;
    }

    /** Returns true if it is computed from the histogram of the round-trip times. */
    public boolean percentile() {
        return type == Type.PERCENTILE;
    }

    /** Returns true if it counts connects that were never established. */
    public boolean failure() {
        return id >= FAILED_REFUSED.id && id <= FAILED_OTHER.id;
    }

    /** Returns the flow field of which it is the sum; empty if it is not a sum. */
    public Optional<FlowField> summed() {
        return Optional.ofNullable(summed);
    }

    /** Returns the reason whose ends or failures it counts; empty if it does not count any. */
    public Optional<EndReason> reason() {
        return Optional.ofNullable(reason);
    }

    /** Returns the field that counts the flows that ended, or failed, for this reason. */
    public static GroupField of(EndReason reason) {
        for (GroupField field : ALL) {
            if (field.reason == reason) {
                return field;
            }
        }
        throw new IllegalStateException(reason + " is not counted");
    }

    /** Returns the fields that are sums of a flow field. */
    public static List<GroupField> sums() {
        return SUMS;
    }

    /** Returns all fields, in the order of their ids. */
    public static List<GroupField> all() {
        return ALL;
    }
}
