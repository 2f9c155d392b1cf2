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
    MICROSECONDS_PER_SECOND("microseconds/s"),
    MILLISECONDS("milliseconds"),
    MILLISECONDS_PER_SECOND("milliseconds/s"),
    NANOSECONDS("nanoseconds"),
    PER_MILLE("per mille"),
    PER_MINUTE("per minute"),
    PER_SECOND("per second"),
    PERCENT("percent"),
    PORT("port"),
    SAMPLES("samples"),
    SAMPLES_PER_SECOND("samples/s"),
    SECONDS("seconds"),
    SEGMENTS("segments"),
    SEGMENTS_PER_SECOND("segments/s"),
    SLOTS("slots");

    private final String label;

    Unit(String label) {
        this.label = label;
    }

    /** Returns the unit's name for display and for UNITS clauses; empty for {@link #NONE}. */
    public String label() {
        return label;
    }

    /**
     * Returns the unit of the growth per second of a counter in this unit.
     *
     * @throws IllegalArgumentException if no counter has this unit
     */
    public Unit perSecond() {
        return switch (this) {
            case NONE -> PER_SECOND;
            case BYTES -> BYTES_PER_SECOND;
            case MICROSECONDS -> MICROSECONDS_PER_SECOND;
            case MILLISECONDS -> MILLISECONDS_PER_SECOND;
            case SAMPLES -> SAMPLES_PER_SECOND;
            case SEGMENTS -> SEGMENTS_PER_SECOND;
            case BYTES_PER_SECOND,
                    CONNECTIONS,
                    DAYS,
                    FLAG,
                    FLOWS,
                    LEVEL,
                    MEBIBYTES,
                    MICROSECONDS_PER_SECOND,
                    MILLISECONDS_PER_SECOND,
                    NANOSECONDS,
                    PER_MILLE,
                    PER_MINUTE,
                    PER_SECOND,
                    PERCENT,
                    PORT,
                    SAMPLES_PER_SECOND,
                    SECONDS,
                    SEGMENTS_PER_SECOND,
                    SLOTS -> throw new IllegalArgumentException(this + " is not the unit of a counter");
        };
    }
}
