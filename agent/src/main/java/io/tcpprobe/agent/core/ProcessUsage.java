package io.tcpprobe.agent.core;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The resources that the agent's process has used so far. Inside another application's JVM this covers the whole application.
 *
 * @param cpuMillis processor time, user and system, in milliseconds
 * @param residentBytes resident memory now, in bytes (VmRSS of /proc/self/status); -1 if unknown
 * @param heapBytes used Java heap now, in bytes
 * @param collections number of garbage collections
 * @param collectionMillis time spent in them, in milliseconds
 * @param uptimeMillis time since the JVM started, in milliseconds
 */
public record ProcessUsage(
        long cpuMillis,
        long residentBytes,
        long heapBytes,
        long collections,
        long collectionMillis,
        long uptimeMillis) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    /** Returns the usage up to now. */
    public static ProcessUsage now() {
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        long cpuNanos =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? system.getProcessCpuTime()
                        : 0;
        return new ProcessUsage(
                cpuNanos / 1_000_000,
                readResident(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                collectors.stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                        .sum(),
                collectors.stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                        .sum(),
                runtime.getUptime());
    }

    private static long readResident() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(RESIDENT)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024; // "VmRSS:   12345 kB"
                }
            }
        } catch (IOException | NumberFormatException _) {
            return -1;
        }
        return -1;
    }
}
