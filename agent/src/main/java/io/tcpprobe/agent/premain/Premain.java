package io.tcpprobe.agent.premain;

import java.lang.instrument.Instrumentation;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The entry point that the JVM calls for {@code java -javaagent:tcpprobe-javaagent.jar=KEY=VALUE,KEY=VALUE}, and when a tool loads that jar
 * into a running JVM. The agent is started on its own thread. The application does not wait for it and does not receive its failures, which
 * are logged on standard error.
 */
public final class Premain {
    private static final int MIN_JAVA = 25;

    /** True if an agent is starting or was started. There can be only one per JVM: ports, MBeans and the state folder are not shared. */
    private static final AtomicBoolean STARTED = new AtomicBoolean();

    private Premain() {}

    /**
     * Called by the JVM before the application's main.
     *
     * @param options what follows the jar's name and "=": see {@link Assignments}
     * @param jvm lists the classes that the application has loaded
     */
    public static void premain(@Nullable String options, Instrumentation jvm) {
        start(options, jvm);
    }

    /**
     * Called in a running JVM when the jar is loaded through the attach interface.
     *
     * @param options as for {@link #premain}
     * @param jvm as for {@link #premain}
     */
    public static void agentmain(@Nullable String options, Instrumentation jvm) {
        start(options, jvm);
    }

    private static void start(@Nullable String options, Instrumentation jvm) {
        int java = javaVersion(System.getProperty("java.specification.version", ""));
        if (java < MIN_JAVA) {
            report("not started: it needs Java " + MIN_JAVA + " or newer, and this is Java " + java
                    + "; run the application with a newer Java, or 'tcpprobe run' beside it");
            return;
        }
        if (!STARTED.compareAndSet(false, true)) {
            report("it already runs in this JVM; the new options are ignored");
            return;
        }
        Thread starter = new Thread(new IsolatedLauncher(Assignments.split(options), jvm, STARTED), "tcpprobe-start");
        starter.setDaemon(true);
        starter.start();
    }

    /** Converts "1.8" to 8 and "25" to 25; returns 0 for other texts. */
    private static int javaVersion(String specification) {
        String digits = specification.startsWith("1.") ? specification.substring(2) : specification;
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException notNumber) {
            return 0; // not a Java version; reported as too old
        }
    }

    static void report(String line) {
        System.err.println("tcpprobe: " + line);
    }
}
