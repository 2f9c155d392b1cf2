package io.tcpprobe.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name by which texts call this program: {@code tcpprobe} if it is installed, {@code ./tcpprobe} in a checkout. The launcher sets it
 * in the system property {@code tcpprobe.program}, as the user has typed it.
 */
public final class ProgramName {
    private static final String DEFAULT = "tcpprobe";

    /** A word that a shell does not change. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/+][A-Za-z0-9._/+-]{0,199}");

    private static final String NAME = of(System.getProperty("tcpprobe.program"));

    private ProgramName() {}

    /** Returns the name: {@code tcpprobe}. */
    public static String get() {
        return NAME;
    }

    /**
     * Returns a command line of this program for a text.
     *
     * @param arguments such as {@code user add NAME}
     */
    public static String command(String arguments) {
        return NAME + " " + arguments;
    }

    /** Returns the given name, or the default if none is given or a shell would not take it as one word. */
    static String of(@Nullable String given) {
        return given != null && PLAIN.matcher(given).matches() ? given : DEFAULT;
    }
}
