package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.Unit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The computed columns of a flow: what limits it. They are not in the row; they are computed from two rows when a client asks. Each is
 * declared once here, and projected as the fields of {@link FlowField} are. Ids are SNMP columns and are never changed or reused.
 */
public enum VerdictField implements FlowValue {
    VERDICT(1001, "verdict", Type.SENDER_VERDICT, Unit.NONE, "What limited the flow as sender over the last window."),
    VERDICT_SHARE(
            1002,
            "verdictShare",
            Type.NUMBER,
            Unit.PER_MILLE,
            "Share of the window in which the verdict's limit applied."),
    NETWORK_CAUSE(
            1003,
            "networkCause",
            Type.NETWORK_CAUSE,
            Unit.NONE,
            "How the network limits the flow; absent if the verdict is not net."),
    VERDICT_CONFIDENCE(
            1004,
            "verdictConfidence",
            Type.NUMBER,
            Unit.PER_MILLE,
            "How far the verdict's share is above the next one's; less if the window is shorter than 1 s or 20 round-trip times, or if"
                    + " fields that decide are absent."),
    VERDICT_WINDOW(
            1005,
            "verdictWindow",
            Type.NUMBER,
            Unit.MILLISECONDS,
            "Length of the part of the window that could be judged; absent if the verdict is unknown."),
    RECEIVER_VERDICT(
            1006,
            "receiverVerdict",
            Type.RECEIVER_VERDICT,
            Unit.NONE,
            "What limited the flow as receiver over the last window."),
    RECEIVER_SHARE(
            1007,
            "receiverShare",
            Type.NUMBER,
            Unit.PER_MILLE,
            "How far the receiver's limit applied: of slowReader the filled part of the window, of rcvbuf the used part of it, of peer"
                    + " and idle the rest."),
    LIFE_VERDICT(
            1008,
            "lifeVerdict",
            Type.SENDER_VERDICT,
            Unit.NONE,
            "What limited the flow as sender since it began; of a flow that is older than the agent, in its time with data to send."),
    LIFE_SHARE(1009, "lifeShare", Type.NUMBER, Unit.PER_MILLE, "Share of that time in which the limit applied."),
    APP_SHARE(
            1010,
            "appShare",
            Type.NUMBER,
            Unit.PER_MILLE,
            "Share of the window in which the application supplied too little, or nothing."),
    RWND_SHARE(
            1011,
            "rwndShare",
            Type.NUMBER,
            Unit.PER_MILLE,
            "Share of the window in which the peer's window limited the flow."),
    SNDBUF_SHARE(
            1012,
            "sndbufShare",
            Type.NUMBER,
            Unit.PER_MILLE,
            "Share of the window in which the send buffer limited the flow."),
    NET_SHARE(
            1013,
            "netShare",
            Type.NUMBER,
            Unit.PER_MILLE,
            "Share of the window in which the network limited the flow."),
    PACING_SHARE(
            1014,
            "pacingShare",
            Type.NUMBER,
            Unit.PER_MILLE,
            "Share of the window in which a rate limit limited the flow."),
    RECOVERY_SHARE(
            1015,
            "recoveryShare",
            Type.NUMBER,
            Unit.PER_MILLE,
            "Share of the window in which the flow waited for retransmission timeouts."),
    LOCAL_SHARE(
            1016,
            "localShare",
            Type.NUMBER,
            Unit.PER_MILLE,
            "Share of the window in which a queue of this host limited the flow."),
    EVIDENCE(
            1017,
            "evidence",
            Type.TEXT,
            Unit.NONE,
            "The values that the verdicts rest on: gauges as they are now, counters (with a plus sign) as they grew in the window."),
    ADVICE(
            1018,
            "advice",
            Type.TEXT,
            Unit.NONE,
            "What to do about the verdict; of a flow that mostly receives, as receiver.");

    /** The type of a computed value. {@link VerdictProjection} has the only switch over it. */
    enum Type {
        NETWORK_CAUSE,
        NUMBER,
        RECEIVER_VERDICT,
        SENDER_VERDICT,
        TEXT
    }

    private final int id;
    private final String label;
    private final Type type;
    private final Unit unit;
    private final String doc;

    VerdictField(int id, String label, Type type, Unit unit, String doc) {
        this.id = id;
        this.label = label;
        this.type = type;
        this.unit = unit;
        this.doc = doc;
    }

    /** Returns the field with this name. */
    public static Optional<VerdictField> find(String label) {
        return Arrays.stream(values())
                .filter(field -> field.label.equals(label))
                .findFirst();
    }

    /** Returns all fields, in the order of their ids. */
    public static List<VerdictField> all() {
        return List.of(values());
    }

    /** Returns its id, above all ids of {@link FlowField}: the SNMP column. */
    public int id() {
        return id;
    }

    /** Returns its name in every projection. */
    @Override
    public String label() {
        return label;
    }

    Type type() {
        return type;
    }

    /** Returns the value's unit. */
    @Override
    public Unit unit() {
        return unit;
    }

    /** Returns its description. */
    @Override
    public String doc() {
        return doc;
    }

    @Override
    public boolean numeric() {
        return type == Type.NUMBER;
    }

    /** Returns true if flows can be ranked by it. */
    @Override
    public boolean rankable() {
        return type == Type.NUMBER;
    }
}
