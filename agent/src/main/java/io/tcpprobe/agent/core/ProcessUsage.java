package io.tcpprobe.agent.core;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the process that the agent runs in has cost so far. Inside another application's JVM this is the whole application.
 *
 * @param cpuMillis processor time, user and system, in milliseconds
 * @param residentBytes physical memory in use now (VmRSS of /proc/self/status); -1 if unknown
 * @param heapBytes Java heap in use now
 * @param collections garbage collections
 * @param collectionMillis time they took
 * @param uptimeMillis since the JVM started
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

    /** The cost up to now. */
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
