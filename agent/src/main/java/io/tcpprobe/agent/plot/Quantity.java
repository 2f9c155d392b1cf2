package io.tcpprobe.agent.plot;

import java.util.Locale;

/** How a person reads a number with a unit. */
enum Quantity {
    BYTES(1000, "B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB"),
    MICROSECONDS(1000, "\u00b5s", "ms", "s"),
    SECONDS(Double.MAX_VALUE, "s"),
    MINUTES(Double.MAX_VALUE, "min"),
    NUMBER(1000, "", "k", "M", "G", "T");

    private static final int DIGITS = 3;

    private final double factor;

    @SuppressWarnings("ImmutableEnumChecker") // never modified
    private final String[] units;

    Quantity(double factor, String... units) {
        this.factor = factor;
        this.units = units;
    }

    /** Formats a number with three digits: 1448 bytes are "1.45 kB". */
    String format(double number) {
        return format(number, number, 0);
    }

    /**
     * Formats a number in the unit that suits another number.
     *
     * @param like the number that determines the unit
     * @param step the distance of two numbers that must look different; 0 = three digits
     */
    String format(double number, double like, double step) {
        int unit = 0;
        double divisor = 1;
        while (unit < units.length - 1 && like >= divisor * factor) {
            divisor *= factor;
            unit++;
        }
        double shown = number / divisor;
        int before = shown < 1 ? 1 : (int) Math.log10(shown) + 1;
        int decimals = step > 0 ? (int) Math.ceil(-Math.log10(step / divisor) - 1e-9) : unit == 0 ? 0 : DIGITS - before;
        return String.format(Locale.ROOT, "%." + Math.clamp(decimals, 0, 9) + "f %s", shown, units[unit])
                .strip();
    }
}
