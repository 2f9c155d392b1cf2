package io.tcpprobe.agent;

import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.logging.LogManager;
import javax.management.MBeanServerFactory;

/**
 * The JVM of the application that hosts the agent. Two objects are created once per JVM, according to system properties read at that
 * moment: the log manager ({@code java.util.logging.manager}) and the platform's MBean server ({@code javax.management.builder.initial}).
 * An application may set these properties after it has started. The agent therefore uses neither object before the application has, within
 * a reasonable waiting time. The JDK's HTTP server and RMI log, so they use both.
 *
 * @param jvm lists the loaded classes without initializing any
 */
record HostJvm(Instrumentation jvm) {
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Loaded only while the log manager initializes itself. */
    private static final String LOGGING = "java.util.logging.LogManager$RootLogger";

    /** Loaded before any MBean server is created. */
    private static final String MANAGEMENT = "javax.management.MBeanServerFactory";

    /**
     * Waits until the application has set up logging and management, or until the time is over. Then sets up what is still missing, in the
     * way the application would.
     */
    void await(Duration timeout) {
        try {
            long end = System.nanoTime() + timeout.toNanos();
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

    /** Sets the system class loader as the thread's: both look up the classes named by the properties with the thread's class loader. */
    private static void setUp() {
        Thread thread = Thread.currentThread();
        ClassLoader original = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        try {
            LogManager.getLogManager();
            ManagementFactory.getPlatformMBeanServer();
        } finally {
            thread.setContextClassLoader(original);
        }
    }
}
