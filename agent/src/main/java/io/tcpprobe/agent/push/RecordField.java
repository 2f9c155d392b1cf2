package io.tcpprobe.agent.push;

import io.tcpprobe.agent.groups.FlowRole;
import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.RttHistogram;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a flow record. Each is declared once here, and projected to JSON, to the attributes of OpenTelemetry, to the schemas in
 * the repository and to docs/flow-records.md. A value that a source or a kernel does not provide is absent. To add a field, append a constant.
 *
 * <p>A name of JSON never changes. The names of OpenTelemetry are those of its semantic conventions where they have one, else begin with
 * {@code tcpprobe.}
 */
public enum RecordField {
    TIME(
            "time",
            "",
            Type.TIME,
            Unit.MILLISECONDS,
            "Time of the values: the end of the connection, or when the flow was read. The timestamp of an OpenTelemetry log record.",
            row -> row.part().wallMillis(row.part().nanos())),
    HOST_NAME(
            "hostName",
            "host.name",
            Type.TEXT,
            Unit.NONE,
            "Name of the host. Part of the resource in OpenTelemetry.",
            row -> text(row.identity().host().hostName())),
    HOST_ID(
            "hostId",
            "host.id",
            Type.TEXT,
            Unit.NONE,
            "Id of the host, derived from /etc/machine-id. Part of the resource in OpenTelemetry.",
            row -> text(row.identity().host().hostId())),
    COMMUNITY_ID(
            "communityId",
            "tcpprobe.community_id",
            Type.TEXT,
            Unit.NONE,
            "Community ID of the connection, version 1, seed 0: the same at both endpoints, in Zeek and in Suricata.",
            row -> row.identity().communityId()),
    FLOW_ID(
            "flowId",
            "tcpprobe.flow.id",
            Type.NUMBER,
            Unit.NONE,
            "Id of the flow. It is unique on its host until the agent starts again.",
            row -> row.flows().flowId(row.index())),
    RECORD_NUMBER(
            "recordNumber",
            "tcpprobe.record.number",
            Type.NUMBER,
            Unit.NONE,
            "Number of the record among those of its flow, from 1. A gap shows that records were lost.",
            row -> row.part().number()),
    FINAL_RECORD(
            "finalRecord",
            "tcpprobe.record.final",
            Type.FLAG,
            Unit.NONE,
            "True if the flow has ended, or if the connect failed: its last record.",
            row -> row.part().last() ? 1L : 0L),
    ROLE(
            "role",
            "network.tcp.handshake.role",
            Type.TEXT,
            Unit.NONE,
            "client or server: the role of this host in the handshake; absent if unknown.",
            RecordField::role),
    NETWORK_TYPE(
            "networkType",
            "network.type",
            Type.TEXT,
            Unit.NONE,
            "ipv4 or ipv6.",
            row -> AddressType.of(row.number(FlowField.REMOTE_ADDRESS_TYPE)) == AddressType.IPV4 ? "ipv4" : "ipv6"),
    LOCAL_ADDRESS(
            "localAddress",
            "network.local.address",
            Type.TEXT,
            Unit.NONE,
            "Local address.",
            row -> row.address(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE)),
    LOCAL_PORT(
            "localPort",
            "network.local.port",
            Type.NUMBER,
            Unit.NONE,
            "Local port.",
            row -> row.number(FlowField.LOCAL_PORT)),
    PEER_ADDRESS(
            "peerAddress",
            "network.peer.address",
            Type.TEXT,
            Unit.NONE,
            "Address of the peer.",
            row -> row.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE)),
    PEER_PORT(
            "peerPort",
            "network.peer.port",
            Type.NUMBER,
            Unit.NONE,
            "Port of the peer.",
            row -> row.number(FlowField.REMOTE_PORT)),
    SERVICE_PORT(
            "servicePort",
            "server.port",
            Type.NUMBER,
            Unit.NONE,
            "The port of the server: localPort or peerPort; absent if the role is unknown.",
            RecordField::servicePort),
    PID(FlowField.PID, "process.pid"),
    PROCESS(
            "process",
            "process.executable.name",
            Type.TEXT,
            Unit.NONE,
            FlowField.COMMAND.doc(),
            row -> text(row.text(FlowField.COMMAND))),
    CONTAINER(
            "container",
            "container.id",
            Type.TEXT,
            Unit.NONE,
            "The container that the socket was created in: the first 12 digits of its id, or its name; absent if there is none.",
            row -> text(row.identity().container())),
    NETWORK_NAMESPACE(FlowField.NETWORK_NAMESPACE),
    START_TIME(
            "startTime",
            "tcpprobe.flow.start_time",
            Type.TIME,
            Unit.MILLISECONDS,
            "When the flow was first seen; of a flow that is older than the agent, when the agent started.",
            row -> row.has(FlowField.FIRST_SEEN) ? row.part().wallMillis(row.number(FlowField.FIRST_SEEN)) : null),
    DURATION(
            "durationMillis",
            "tcpprobe.flow.duration",
            Type.NUMBER,
            Unit.MILLISECONDS,
            "Time from startTime to time.",
            row -> row.has(FlowField.FIRST_SEEN) ? row.durationMillis() : null),

    BYTES_SENT(FlowField.BYTES_SENT),
    BYTES_ACKED(FlowField.BYTES_ACKED),
    BYTES_RECEIVED(FlowField.BYTES_RECEIVED),
    BYTES_RETRANS(FlowField.BYTES_RETRANS),
    SEGS_OUT(FlowField.SEGS_OUT),
    SEGS_IN(FlowField.SEGS_IN),
    DATA_SEGS_OUT(FlowField.DATA_SEGS_OUT),
    DATA_SEGS_IN(FlowField.DATA_SEGS_IN),
    RETRANS(FlowField.RETRANS),
    RETRANS_TIMEOUT(FlowField.RETRANS_TIMEOUT),
    RETRANS_FAST(FlowField.RETRANS_FAST),
    RETRANS_PROBE(FlowField.RETRANS_PROBE),
    RETRANS_HANDSHAKE(FlowField.RETRANS_HANDSHAKE),
    LOST(FlowField.LOST),
    OUT_OF_ORDER(FlowField.OUT_OF_ORDER),
    DSACK_DUPS(FlowField.DSACK_DUPS),
    TIMEOUTS(FlowField.TIMEOUTS),
    ZERO_WINDOW_PROBES(FlowField.ZERO_WINDOW_PROBES),
    ZERO_WINDOWS_SENT(FlowField.ZERO_WINDOWS_SENT),
    BUSY_TIME(FlowField.BUSY_TIME),
    RWND_LIMITED(FlowField.RWND_LIMITED),
    SNDBUF_LIMITED(FlowField.SNDBUF_LIMITED),
    HANDSHAKE_TIME(FlowField.HANDSHAKE_TIME),
    SRTT(FlowField.SRTT),
    MIN_RTT(FlowField.MIN_RTT),
    RTT_SAMPLES(FlowField.RTT_SAMPLES),
    RTT_SUM(FlowField.RTT_SUM),
    RTT_P50(FlowField.RTT_P50),
    RTT_P90(FlowField.RTT_P90),
    RTT_P99(FlowField.RTT_P99),
    RTT_HISTOGRAM(
            "rttHistogram",
            "tcpprobe.rtt_histogram",
            Type.COUNTS,
            Unit.NONE,
            "Measured round-trip times by size: below 32 microseconds, then from each power of two to the next one, up to 2^21 and more.",
            RecordField::histogram),
    CWND(FlowField.CWND),
    MSS(FlowField.MSS),
    CONGESTION_CONTROL(FlowField.CONGESTION_CONTROL),
    STATE(FlowField.STATE, "network.connection.state"),

    VERDICT(
            VerdictField.LIFE_VERDICT,
            "verdict",
            "What limited the flow as sender since it began; of a flow that is older than the agent, in its time with data to send."),
    VERDICT_SHARE(VerdictField.LIFE_SHARE, "verdictShare", VerdictField.LIFE_SHARE.doc()),
    RECEIVER_VERDICT(
            VerdictField.RECEIVER_VERDICT,
            "receiverVerdict",
            "What limited the flow as receiver over the last window; only in records of flows that are alive.",
            row -> !row.part().last()),
    END_REASON(FlowField.END_REASON),
    FAILURE(
            "failure",
            "error.type",
            Type.TEXT,
            Unit.NONE,
            "The endReason unless the connection was closed by FINs: why it broke, or why the connect failed.",
            RecordField::failure),
    RESET_REASON(FlowField.RESET_REASON),
    SOCKET_ERROR(FlowField.SOCKET_ERROR),
    POD(
            "pod",
            "k8s.pod.name",
            Type.TEXT,
            Unit.NONE,
            "The pod of the container, NAMESPACE/NAME, with `kubelet.url`; absent if unknown. In OpenTelemetry k8s.pod.name is its name,"
                    + " and k8s.namespace.name its namespace.",
            row -> text(row.identity().pod()));

    /** The type of a field's values. */
    public enum Type {
        /** A whole number. */
        NUMBER,
        /** A time in milliseconds since 1970. */
        TIME,
        /** True or false; in a record, 1 or 0. */
        FLAG,
        TEXT,
        /** A list of whole numbers. */
        COUNTS
    }

    private static final List<RecordField> ALL = List.of(values());
    private static final Set<EndReason> CLOSED = EnumSet.of(EndReason.FIN_SENT, EndReason.FIN_RECEIVED);

    private final String label;
    private final String attribute;
    private final Type type;
    private final Unit unit;
    private final String doc;

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final Function<RecordRow, @Nullable Object> reader;

    RecordField(
            String label,
            String attribute,
            Type type,
            Unit unit,
            String doc,
            Function<RecordRow, @Nullable Object> reader) {
        this.label = label;
        this.attribute = attribute;
        this.type = type;
        this.unit = unit;
        this.doc = doc;
        this.reader = reader;
    }

    /** A field of the row, under its own name. */
    RecordField(FlowField field) {
        this(field, attributeOf(field.label()));
    }

    RecordField(FlowField field, String attribute) {
        this(
                field.label(),
                attribute,
                new RowValue().of(field).type(),
                field.unit(),
                field.doc(),
                new RowValue().of(field).reader());
    }

    RecordField(VerdictField field, String label, String doc) {
        this(field, label, doc, _ -> true);
    }

    RecordField(VerdictField field, String label, String doc, Predicate<RecordRow> in) {
        this(
                label,
                attributeOf(label),
                field.numeric() ? Type.NUMBER : Type.TEXT,
                field.unit(),
                doc,
                row -> !in.test(row) || !row.verdicts().has(field, row.index())
                        ? null
                        : field.numeric()
                                ? (Object) row.verdicts().number(field, row.index())
                                : row.verdicts().text(field, row.index()));
    }

    private static String attributeOf(String label) {
        return attributeOf("tcpprobe.", label);
    }

    /** Returns an attribute that the semantic conventions do not have: "tcpprobe.bytes_acked" for "tcpprobe." and "bytesAcked". */
    public static String attributeOf(String namespace, String label) {
        return namespace + label.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /** Returns all fields, in the order of their declaration. */
    public static List<RecordField> all() {
        return ALL;
    }

    /** Returns its name in JSON: "bytesAcked". */
    public String label() {
        return label;
    }

    /**
     * Returns its name in OpenTelemetry: "tcpprobe.bytes_acked"; empty for {@link #TIME}, which is not an attribute. Times are in seconds
     * there.
     */
    public String attribute() {
        return attribute;
    }

    /** Returns the type of its values. */
    public Type type() {
        return type;
    }

    /** Returns the unit of a number. */
    public Unit unit() {
        return unit;
    }

    /** Returns its description. */
    public String doc() {
        return doc;
    }

    /** Returns its value: a Long, a String, or a list of Long; null if absent. */
    @Nullable
    Object read(RecordRow row) {
        return reader.apply(row);
    }

    private static @Nullable Object text(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Object role(RecordRow row) {
        FlowRole role = row.identity().role();
        return role == FlowRole.UNKNOWN ? null : role.label();
    }

    private static @Nullable Object servicePort(RecordRow row) {
        return switch (row.identity().role()) {
            case CLIENT -> row.number(FlowField.REMOTE_PORT);
            case SERVER -> row.number(FlowField.LOCAL_PORT);
            case UNKNOWN -> null;
        };
    }

    private static @Nullable Object histogram(RecordRow row) {
        if (!row.has(RttHistogram.BUCKETS.getFirst())) {
            return null;
        }
        List<Long> counts = new ArrayList<>(RttHistogram.BUCKETS.size());
        RttHistogram.BUCKETS.forEach(bucket -> counts.add(row.number(bucket)));
        return List.copyOf(counts);
    }

    private static @Nullable Object failure(RecordRow row) {
        return row.has(FlowField.END_REASON)
                ? EndReason.of(row.number(FlowField.END_REASON))
                        .filter(reason -> !CLOSED.contains(reason))
                        .map(EndReason::label)
                        .orElse(null)
                : null;
    }
}
