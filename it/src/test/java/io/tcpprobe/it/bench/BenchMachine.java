package io.tcpprobe.it.bench;

import io.tcpprobe.it.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The machine that the benchmark runs on.
 *
 * @param namespace true if this process is alone in its network namespace, and may change it
 */
record BenchMachine(boolean namespace) {
    /** Set by the launcher when it has created namespaces. */
    private static final String NAMESPACE_PROPERTY = "tcpprobe.bench.namespace";

    static BenchMachine here() {
        return new BenchMachine(Boolean.getBoolean(NAMESPACE_PROPERTY));
    }

    /** Returns which of these is missing and how to get it; empty if nothing is. */
    String missingFor(String... needs) {
        return Arrays.stream(needs)
                .filter(need -> need.equals("a network namespace") ? !namespace : !Tools.present(need))
                .map(BenchMachine::remedy)
                .collect(Collectors.joining(" and "));
    }

    private static String remedy(String need) {
        return switch (need) {
            case "snmpd" -> "snmpd (apt-get install snmpd)";
            case "snmpbulkwalk" -> "snmpbulkwalk (apt-get install snmp)";
            case "ss" -> "ss (apt-get install iproute2)";
            default -> need + " (run it as root; with unshare, setpriv and ip)";
        };
    }

    /**
     * Brings the loopback interface up, and mounts a file system in memory at the folder, which disappears with the namespace.
     *
     * @throws AssertionError if the system refuses
     */
    void prepare(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (namespace) {
            Tools.here().run("ip", "link", "set", "lo", "up").expectSuccess();
            Tools.here()
                    .run("mount", "-t", "tmpfs", "tcpprobe-bench", folder.toString())
                    .expectSuccess();
        }
    }

    /** Returns one line with the properties of the machine that affect the figures. */
    String describe() throws IOException {
        String snmpd = Tools.present("snmpd")
                ? Tools.here()
                        .run("snmpd", "-v")
                        .all()
                        .lines()
                        .filter(line -> line.contains("ersion"))
                        .findFirst()
                        .orElse("")
                        .replaceAll("(?i).*version: *", "net-snmp ")
                : "no snmpd";
        List<String> facts = List.of(
                "Linux "
                        + Files.readString(Path.of("/proc/sys/kernel/osrelease"))
                                .strip(),
                Runtime.getRuntime().availableProcessors() + " processors",
                "JDK " + Runtime.version(),
                snmpd.strip(),
                "load " + Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0] + " at the beginning");
        return String.join(", ", facts);
    }
}
