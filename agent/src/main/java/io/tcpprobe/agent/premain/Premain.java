package io.tcpprobe.agent.premain;

import java.lang.instrument.Instrumentation;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the JVM calls for {@code java -javaagent:tcpprobe-javaagent.jar=KEY=VALUE,KEY=VALUE}, and when a tool loads that jar
 * into a running JVM. The agent is started on a thread of its own. The application neither waits for it nor hears of its
 * failures, which are lines on standard error.
 */
public final class Premain {
    private static final int LEAST_JAVA = 25;

    /** One agent per JVM: the ports, the MBeans and the state folder are there once. */
    private static final AtomicBoolean STARTED = new AtomicBoolean();

    private Premain() {}

    /**
     * Called by the JVM before the application's main.
     *
     * @param options what follows the jar's name and "=": see {@link Assignments}
     * @param jvm tells which classes the application has loaded
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
        if (java < LEAST_JAVA) {
            say("not started: it needs Java " + LEAST_JAVA + " or newer, and this is Java " + java
                    + "; run the application with a newer Java, or './tcpprobe run' beside it");
            return;
        }
        if (!STARTED.compareAndSet(false, true)) {
            say("it already runs in this JVM; what was given now is not used");
            return;
        }
        Thread starter = new Thread(new IsolatedLauncher(Assignments.split(options), jvm, STARTED), "tcpprobe-start");
        starter.setDaemon(true);
        starter.start();
    }

    /** "1.8" and "25" to 8 and 25; 0 for what is neither. */
    private static int javaVersion(String specification) {
        String digits = specification.startsWith("1.") ? specification.substring(2) : specification;
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException notNumber) {
            return 0; // no Java has such a version; reported as too old
        }
    }

    static void say(String line) {
        System.err.println("tcpprobe: " + line);
    }
}
