package io.tcpprobe.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resource usage of processes, from procfs (proc(5)). */
final class ProcessCost {
    /** USER_HZ: the unit of times that Linux reports to programs; the same on all platforms that Java supports. */
    private static final double TICKS_PER_SECOND = 100;

    /** Indexes of the fields of /proc/PID/stat after the name in parentheses, the state being 0. */
    private static final int UTIME = 11;

    private static final int CUTIME = 13;

    private ProcessCost() {}

    /** Returns the processor time of a process, user and system, in seconds; the resolution is 0.01. */
    static double cpuSeconds(long pid) throws IOException {
        String[] fields = fields(Long.toString(pid));
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) / TICKS_PER_SECOND;
    }

    /** Returns the processor time of this process's children that have ended, in seconds; the resolution is 0.01. */
    static double endedChildrenSeconds() throws IOException {
        String[] fields = fields("self");
        return (Long.parseLong(fields[CUTIME]) + Long.parseLong(fields[CUTIME + 1])) / TICKS_PER_SECOND;
    }

    private static String[] fields(String process) throws IOException {
        String stat = Files.readString(Path.of("/proc", process, "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    /** Returns the resident memory of a process (VmRSS), in bytes. */
    static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024; // "VmRSS:   12345 kB"
            }
        }
        throw new IOException("read /proc/" + pid + "/status: there is no line VmRSS; has the process ended?");
    }
}
