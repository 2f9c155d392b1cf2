package io.tcpprobe.agent.metrics;

import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.HostCounters;

/** The host's counters. */
final class HostCounterMetrics {
    private static final double TWO_TO_64 = 0x1p64;

    private HostCounterMetrics() {}

    /** Adds the values of all groups of counters. */
    static void collect(HostCounters host, MetricSink sink) {
        collect(HostCounters.TCP, host.tcp(), sink);
        collect(HostCounters.TCP_EXT, host.tcpExt(), sink);
        collect(HostCounters.MPTCP_EXT, host.mptcpExt(), sink);
    }

    private static void collect(String group, Counters counters, MetricSink sink) {
        for (int i = 0; i < counters.names().size(); i++) {
            if (!counters.has(i)) {
                continue;
            }
            String name = counters.names().get(i);
            if (counters.gauge(i).isPresent()) {
                sink.add(Metric.HOST_VALUES, counters.value(i), group, name);
            } else {
                sink.add(Metric.HOST_COUNTERS, unsigned(counters.value(i)), group, name);
            }
        }
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? bits : bits + TWO_TO_64;
    }
}
