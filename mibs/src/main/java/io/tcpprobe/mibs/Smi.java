package io.tcpprobe.mibs;

import io.tcpprobe.kernel.flow.FlowField;

/** The types of SMIv2 (RFC 2578) and of the standard textual conventions that our objects have. */
public enum Smi {
    INTEGER32("Integer32"),
    UNSIGNED32("Unsigned32"),
    GAUGE32("Gauge32"),
    COUNTER32("Counter32"),
    COUNTER64("Counter64"),
    /** RFC 2856: a gauge of 64 bits, a Counter64 on the wire. */
    GAUGE64("CounterBasedGauge64"),
    /** RFC 2579: 11 octets. */
    DATE_AND_TIME("DateAndTime"),
    TEXT("SnmpAdminString"),
    INET_ADDRESS_TYPE("InetAddressType"),
    INET_ADDRESS("InetAddress (SIZE(4|8|16|20))"),
    INET_PORT("InetPortNumber"),
    /** A TCP state, as in tcpConnectionState. */
    TCP_STATE("INTEGER");

    private final String text;

    Smi(String text) {
        this.text = text;
    }

    /** As a SYNTAX clause writes it. */
    public String text() {
        return text;
    }

    /** Whether it is a Counter64 on the wire, which SNMPv1 cannot carry. */
    public boolean wide() {
        return this == COUNTER64 || this == GAUGE64;
    }

    /** The type of a flow field. */
    public static Smi of(FlowField field) {
        boolean wide = field.width() == FlowField.Width.U64;
        return switch (field.kind()) {
            case ADDRESS -> INET_ADDRESS;
            case ADDRESS_TYPE -> INET_ADDRESS_TYPE;
            case COUNTER -> wide ? COUNTER64 : COUNTER32;
            case GAUGE -> wide ? GAUGE64 : GAUGE32;
            case BITS, FLAG, IDENTIFIER -> wide ? GAUGE64 : UNSIGNED32;
            case NAME -> TEXT;
            case PORT -> INET_PORT;
            case STATE -> TCP_STATE;
            case TIME -> DATE_AND_TIME;
        };
    }
}
