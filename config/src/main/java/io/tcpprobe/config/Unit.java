package io.tcpprobe.config;

/** The unit of a setting or of a flow field, as it is printed and as MIB, JMX and JSON name it. */
public enum Unit {
    NONE(""),
    BYTES("bytes"),
    BYTES_PER_SECOND("bytes/s"),
    CONNECTIONS("connections"),
    DAYS("days"),
    FLAG("flag"),
    FLOWS("flows"),
    LEVEL("level"),
    MEBIBYTES("MiB"),
    MICROSECONDS("microseconds"),
    MILLISECONDS("milliseconds"),
    NANOSECONDS("nanoseconds"),
    PER_MILLE("per mille"),
    PER_MINUTE("per minute"),
    PER_SECOND("per second"),
    PERCENT("percent"),
    PORT("port"),
    SAMPLES("samples"),
    SECONDS("seconds"),
    SEGMENTS("segments"),
    SLOTS("slots");

    private final String label;

    Unit(String label) {
        this.label = label;
    }

    /** Returns the unit's name for display and for UNITS clauses; empty for {@link #NONE}. */
    public String label() {
        return label;
    }
}
