package io.tcpprobe.config;

import java.util.OptionalLong;

/** The unit of a setting or of a flow field, as it is printed and as MIB, JMX and JSON name it. */
public enum Unit {
    NONE(""),
    BYTES("bytes", "B"),
    BYTES_PER_SECOND("bytes/s", "B/s"),
    CONNECTIONS("connections"),
    DAYS("days"),
    FLAG("flag"),
    FLOWS("flows"),
    LEVEL("level"),
    MEBIBYTES("MiB"),
    MICROSECONDS("microseconds", "us", 1_000),
    MICROSECONDS_PER_SECOND("microseconds/s"),
    MILLISECONDS("milliseconds", "ms", 1_000_000),
    MILLISECONDS_PER_SECOND("milliseconds/s"),
    MINUTES("minutes", "min", 60_000_000_000L),
    NANOSECONDS("nanoseconds", "ns", 1),
    PER_MILLE("per mille", "per mille"),
    PER_MINUTE("per minute", "per minute"),
    PER_SECOND("per second", "per second"),
    PERCENT("percent", "%"),
    PORT("port"),
    SAMPLES("samples"),
    SAMPLES_PER_SECOND("samples/s"),
    SECONDS("seconds", "s", 1_000_000_000),
    SEGMENTS("segments"),
    SEGMENTS_PER_SECOND("segments/s"),
    SLOTS("slots");

    private final String label;
    private final String symbol;
    private final long nanoseconds;

    Unit(String label) {
        this(label, "");
    }

    Unit(String label, String symbol) {
        this(label, symbol, 0);
    }

    Unit(String label, String symbol, long nanoseconds) {
        this.label = label;
        this.symbol = symbol;
        this.nanoseconds = nanoseconds;
    }

    /** Returns the unit's name for display and for UNITS clauses; empty for {@link #NONE}. */
    public String label() {
        return label;
    }

    /** Returns what follows a number in a sentence, "us", "%"; empty if the number stands alone. */
    public String symbol() {
        return symbol;
    }

    /** Returns the number of nanoseconds in the unit; empty if it is not a unit of time. */
    public OptionalLong nanoseconds() {
        return nanoseconds == 0 ? OptionalLong.empty() : OptionalLong.of(nanoseconds);
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
            default -> throw new IllegalArgumentException(this + " is not the unit of a counter");
        };
    }
}
