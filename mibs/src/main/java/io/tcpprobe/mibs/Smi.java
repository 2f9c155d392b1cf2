package io.tcpprobe.mibs;

import io.tcpprobe.kernel.flow.FieldProjection;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictProjection;

/** The types of SMIv2 (RFC 2578) and the textual conventions that TCPPROBE-MIB and TCP-ESTATS-MIB use. */
public enum Smi {
    INTEGER32("Integer32"),
    UNSIGNED32("Unsigned32"),
    GAUGE32("Gauge32"),
    COUNTER32("Counter32"),
    COUNTER64("Counter64"),
    /** RFC 4502: it wraps at 2^32 as a counter does, but its SYNTAX is Gauge32. */
    ZERO_BASED_COUNTER32("ZeroBasedCounter32"),
    /** RFC 2856: its SYNTAX is Counter64. */
    ZERO_BASED_COUNTER64("ZeroBasedCounter64"),
    /** RFC 2856: a gauge of 64 bits, a Counter64 on the wire. */
    GAUGE64("CounterBasedGauge64"),
    /** RFC 2579: 11 octets. */
    DATE_AND_TIME("DateAndTime"),
    TEXT("SnmpAdminString"),
    /** RFC 2579: ASCII, which every manager prints. */
    DISPLAY_STRING("DisplayString"),
    INET_ADDRESS_TYPE("InetAddressType"),
    INET_ADDRESS("InetAddress (SIZE(4|8|16|20))"),
    INET_PORT("InetPortNumber"),
    /** A TCP state, as in tcpConnectionState. */
    TCP_STATE("INTEGER"),
    /** Any other enumeration, such as TruthValue and TcpEStatsNegotiated. */
    ENUMERATION("INTEGER"),
    /** The value of sysUpTime at an event. */
    TIME_STAMP("TimeStamp"),
    /** One octet. */
    OCTET("OCTET STRING (SIZE(1))");

    private static final FieldTypes FIELDS = new FieldTypes();
    private static final VerdictTypes VERDICTS = new VerdictTypes();

    private final String text;

    Smi(String text) {
        this.text = text;
    }

    /** Returns the type as written in a SYNTAX clause. */
    public String text() {
        return text;
    }

    /** Returns true if it is a Counter64 on the wire, which SNMPv1 cannot carry. */
    public boolean wide() {
        return this == COUNTER64 || this == GAUGE64 || this == ZERO_BASED_COUNTER64;
    }

    /** Returns the type of a flow field. */
    public static Smi of(FlowField field) {
        return FIELDS.of(field);
    }

    /** Returns the type of a computed value of a flow. */
    public static Smi of(VerdictField field) {
        return VERDICTS.of(field);
    }

    /** Returns the type of a value of a group. */
    public static Smi of(GroupField field) {
        return field.counter() ? COUNTER64 : GAUGE32;
    }

    private static final class VerdictTypes implements VerdictProjection<Smi> {
        @Override
        public Smi number(VerdictField field) {
            return GAUGE32;
        }

        @Override
        public Smi senderVerdict(VerdictField field) {
            return ENUMERATION;
        }

        @Override
        public Smi receiverVerdict(VerdictField field) {
            return ENUMERATION;
        }

        @Override
        public Smi networkCause(VerdictField field) {
            return ENUMERATION;
        }

        @Override
        public Smi text(VerdictField field) {
            return TEXT;
        }
    }

    private static final class FieldTypes implements FieldProjection<Smi> {
        private static boolean wide(FlowField field) {
            return field.width() == FlowField.Width.U64;
        }

        @Override
        public Smi number(FlowField field) {
            return wide(field) ? GAUGE64 : UNSIGNED32;
        }

        @Override
        public Smi counter(FlowField field) {
            return wide(field) ? COUNTER64 : COUNTER32;
        }

        @Override
        public Smi gauge(FlowField field) {
            return wide(field) ? GAUGE64 : GAUGE32;
        }

        @Override
        public Smi address(FlowField field) {
            return INET_ADDRESS;
        }

        @Override
        public Smi addressType(FlowField field) {
            return INET_ADDRESS_TYPE;
        }

        @Override
        public Smi name(FlowField field) {
            return TEXT;
        }

        @Override
        public Smi port(FlowField field) {
            return INET_PORT;
        }

        @Override
        public Smi state(FlowField field) {
            return TCP_STATE;
        }

        @Override
        public Smi time(FlowField field) {
            return DATE_AND_TIME;
        }
    }
}
