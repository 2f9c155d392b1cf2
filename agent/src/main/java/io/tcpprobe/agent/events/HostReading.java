package io.tcpprobe.agent.events;

import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.Counters;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The values of the host that rules use, at one moment.
 *
 * @param tcp the group Tcp of /proc/net/snmp
 * @param tcpExt the group TcpExt of /proc/net/netstat
 * @param statistics the statistics of the source; empty if it cannot be read
 * @param failures how often the source could not be read
 * @param halfOpen number of half-open connections
 * @param countsOverflows true if the source counts the overflows of single listeners
 * @param memoryPercent memory of all sockets, see {@link io.tcpprobe.kernel.proc.TcpMemory}
 */
record HostReading(
        Counters tcp,
        Counters tcpExt,
        Map<FlowStatistic, Long> statistics,
        long failures,
        long halfOpen,
        boolean countsOverflows,
        OptionalLong memoryPercent) {
    /** Returns the number of half-open connections in a snapshot. */
    static long halfOpen(FlowSnapshot snapshot) {
        Map<TcpState, Integer> sockets = snapshot.socketsByState();
        return (long) sockets.getOrDefault(TcpState.SYN_RECEIVED, 0)
                + sockets.getOrDefault(TcpState.NEW_SYN_RECEIVED, 0);
    }

    /** Returns true if the source counts failed connects. */
    boolean countsConnects() {
        return statistics.containsKey(FlowStatistic.CONNECTS_REFUSED);
    }

    /** Returns how many SYNs and ACKs were dropped because an accept queue was full since an earlier reading. */
    long overflowsSince(HostReading before) {
        return tcpExtSince(before, "ListenOverflows");
    }

    /** Returns how much a counter of TcpExt has grown since an earlier reading; 0 if the kernel does not have it. */
    long tcpExtSince(HostReading before, String name) {
        return growth(before.tcpExt, tcpExt, name);
    }

    /** Returns how much a counter of Tcp has grown. */
    long tcpSince(HostReading before, String name) {
        return growth(before.tcp, tcp, name);
    }

    private static long growth(Counters before, Counters now, String name) {
        return before.has(name) && now.has(name) ? Math.max(0, now.value(name) - before.value(name)) : 0;
    }

    /** Returns how much a statistic has grown; 0 if the source does not have it. */
    long since(HostReading before, FlowStatistic statistic) {
        Long from = before.statistics.get(statistic);
        Long to = statistics.get(statistic);
        return from == null || to == null ? 0 : Math.max(0, to - from);
    }
}
