package io.tcpprobe.agent.terminal;

import io.tcpprobe.config.Unit;
import java.util.Locale;
import java.util.OptionalLong;

/** Formats numbers with a unit that a person reads: "1.5ms", "12.3MB/s", "98.2%". */
public final class Quantity {
    private static final double KILO = 1e3;
    private static final double MEGA = 1e6;
    private static final double PER_MILLE_PER_PERCENT = 10;
    private static final long MICROS_PER_MILLI = 1000;

    private Quantity() {}

    /** Formats a number, which is unsigned, of this unit. */
    static String of(long value, Unit unit) {
        return switch (unit) {
            case MICROSECONDS -> micros(value);
            case MICROSECONDS_PER_SECOND -> micros(value) + "/s";
            case MILLISECONDS -> micros(value * MICROS_PER_MILLI);
            case BYTES -> scaled(value, "B");
            case BYTES_PER_SECOND -> scaled(value, "B/s");
            case PER_MILLE -> String.format(Locale.ROOT, "%.1f%%", value / PER_MILLE_PER_PERCENT);
            default -> Long.toUnsignedString(value);
        };
    }

    /** Formats a time in microseconds; "-" if there is none. */
    public static String micros(OptionalLong value) {
        return value.isEmpty() ? "-" : micros(value.getAsLong());
    }

    /** Formats a time in microseconds. */
    static String micros(long value) {
        if (value < KILO) {
            return value + "us";
        }
        return value < MEGA
                ? String.format(Locale.ROOT, "%.1fms", value / KILO)
                : String.format(Locale.ROOT, "%.2fs", value / MEGA);
    }

    private static String scaled(long value, String unit) {
        double rest = value;
        int step = 0;
        while (rest >= KILO && step < 5) {
            rest /= KILO;
            step++;
        }
        return step == 0 ? value + unit : String.format(Locale.ROOT, "%.1f%c%s", rest, "kMGTP".charAt(step - 1), unit);
    }
}
