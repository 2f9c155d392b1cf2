package io.tcpprobe.it;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import javax.management.MBeanServerBuilder;

/**
 * An application that chooses its log manager and MBean server builder two seconds after its start, and prints which ones it got.
 * Arguments: the file of its standard error, and true if the agent is expected to start before the application ends.
 */
final class LateManagers {
    private static final long LATE_MILLIS = 2000;
    private static final long TIMEOUT_NANOS = 60_000_000_000L;

    private LateManagers() {}

    /** The application's log manager. */
    public static final class OwnLogManager extends LogManager {
        /** Called by the JDK. */
        public OwnLogManager() {}
    }

    /** The application's builder of MBean servers. */
    public static final class OwnBuilder extends MBeanServerBuilder {
        /** Called by the JDK. */
        public OwnBuilder() {
            System.out.println("own builder asked");
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Thread.sleep(LATE_MILLIS); // a process without the test support: that it is late is what is tested
        System.setProperty("java.util.logging.manager", OwnLogManager.class.getName());
        System.setProperty("javax.management.builder.initial", OwnBuilder.class.getName());
        String manager = LogManager.getLogManager().getClass().getName();
        ManagementFactory.getPlatformMBeanServer();
        Logger.getLogger("").setLevel(java.util.logging.Level.SEVERE);
        awaitAgent(Path.of(arguments[0]), Boolean.parseBoolean(arguments[1]));
        System.out.println("log manager " + manager);
        System.out.println("level " + Logger.getLogger("").getLevel());
    }

    private static void awaitAgent(Path errors, boolean expected) throws IOException, InterruptedException {
        long end = System.nanoTime() + TIMEOUT_NANOS;
        while (expected && !Files.readString(errors).contains("runs in this JVM") && System.nanoTime() - end < 0) {
            Thread.sleep(50);
        }
    }
}
