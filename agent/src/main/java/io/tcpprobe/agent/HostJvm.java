package io.tcpprobe.agent;

import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.logging.LogManager;
import javax.management.MBeanServerFactory;

/**
 * The JVM of the application that the agent is a guest of. Two things there are made once, as system properties say at that
 * moment: the log manager ({@code java.util.logging.manager}) and the platform's MBean server
 * ({@code javax.management.builder.initial}). An application may set these when it is long running, so we use neither before
 * the application has, as far as waiting is reasonable. The JDK's HTTP server and RMI log, so they use both.
 *
 * @param jvm tells which classes are loaded, which starts nothing
 */
record HostJvm(Instrumentation jvm) {
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Loaded while the log manager sets itself up, and by nothing else. */
    private static final String LOGGING = "java.util.logging.LogManager$RootLogger";

    /** Loaded before there is any MBean server. */
    private static final String MANAGEMENT = "javax.management.MBeanServerFactory";

    /**
     * Waits until the application has set up logging and management, or this time is over; then sets up what it has not, as the
     * application would.
     */
    void await(Duration patience) {
        try {
            long end = System.nanoTime() + patience.toNanos();
            while (!isSetUp() && System.nanoTime() - end < 0) {
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        setUp();
    }

    private boolean isSetUp() {
        return loaded(LOGGING)
                && loaded(MANAGEMENT)
                && !MBeanServerFactory.findMBeanServer(null).isEmpty();
    }

    private boolean loaded(String name) {
        return Arrays.stream(jvm.getAllLoadedClasses())
                .anyMatch(type -> type.getName().equals(name));
    }

    /** Both look for the classes that the properties name by the class loader of the thread: not by ours. */
    private static void setUp() {
        Thread thread = Thread.currentThread();
        ClassLoader ours = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        try {
            LogManager.getLogManager();
            ManagementFactory.getPlatformMBeanServer();
        } finally {
            thread.setContextClassLoader(ours);
        }
    }
}
