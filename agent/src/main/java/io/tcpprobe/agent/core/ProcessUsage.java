package io.tcpprobe.agent.core;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.charset.StandardCharsets;
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
    private static final String RESIDENT = "\nVmRSS:";

    /** Usually the whole file; it is longer if the process is in hundreds of groups. */
    private static final int STATUS_BYTES = 4096;

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
        try (InputStream status = Files.newInputStream(STATUS)) {
            String text = new String(status.readNBytes(STATUS_BYTES), StandardCharsets.ISO_8859_1);
            return residentBytes(
                    text.length() < STATUS_BYTES
                            ? text
                            : text + new String(status.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException | NumberFormatException _) {
            return -1;
        }
    }

    /** Returns the number after the name "VmRSS:", which is in kB; -1 if there is none. */
    static long residentBytes(String status) {
        int name = status.indexOf(RESIDENT);
        int end = name < 0 ? -1 : status.indexOf(" kB", name);
        return end < 0
                ? -1
                : Long.parseLong(status.substring(name + RESIDENT.length(), end).strip()) * 1024;
    }
}
