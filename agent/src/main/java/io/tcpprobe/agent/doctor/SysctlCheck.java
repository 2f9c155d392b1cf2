package io.tcpprobe.agent.doctor;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The sysctls of TCP that limit what can be seen or how fast connections can be. */
record SysctlCheck(HostFiles host) implements Check {
    private static final String NAME = "sysctl";

    /** What is missing if the sysctl is 0, by its name. */
    private static final Map<String, String> OFF = new TreeMap<>(Map.of(
            "tcp_timestamps",
            "round-trip times of retransmitted segments are not measured, and spurious retransmissions are not detected",
            "tcp_sack",
            "losses are estimated from duplicate ACKs only, so the counts of lost segments are less exact",
            "tcp_window_scaling",
            "windows are at most 64 KB, so the peer's window limits most fast connections",
            "tcp_moderate_rcvbuf",
            "receive buffers do not grow, so the own buffer limits fast connections"));

    @Override
    public List<Finding> run() {
        List<Finding> found = OFF.entrySet().stream()
                .filter(entry -> host.text("proc/sys/net/ipv4/" + entry.getKey())
                        .filter("0"::equals)
                        .isPresent())
                .map(entry -> Finding.warning(
                        NAME,
                        "net.ipv4." + entry.getKey() + "=0: " + entry.getValue(),
                        "sysctl -w net.ipv4." + entry.getKey() + "=1"))
                .toList();
        return found.isEmpty()
                ? List.of(Finding.ok(NAME, "timestamps, SACK, window scaling and buffer tuning are on"))
                : found;
    }
}
