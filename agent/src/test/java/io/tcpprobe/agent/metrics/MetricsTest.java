package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of an agent with the source diag. */
class MetricsTest {
    @TempDir
    Path folder;

    private ServedParts parts;

    @AfterEach
    void close() throws IOException {
        parts.close();
    }

    private Metrics open(Map<Setting<?>, String> settings) throws Exception {
        Files.writeString(folder.resolve("snmp"), "Tcp: MaxConn RetransSegs\nTcp: -1 7\n");
        Files.writeString(folder.resolve("netstat"), "TcpExt: Big\nTcpExt: 18446744073709551615\n");
        parts = new ServedParts(folder, folder, settings);
        return parts.served().metrics();
    }

    private static Series series(Metrics metrics) throws IOException {
        return Series.of(metrics.current());
    }

    @Test
    void shouldHaveTheFlowsOfTheHost() throws Exception {
        Metrics metrics = open(Map.of(Settings.SNAPSHOTAGE, "0"));
        Double before = series(metrics).value("tcpprobe_flows", "state", "established");
        try (Connection connection = Connection.open()) {
            connection.send(1000);
            Series after = series(metrics);
            assertNotNull(before);
            assertTrue(after.value("tcpprobe_group_received_bytes_total", "kind", "role", "group", "server") >= 1000);
            assertTrue(after.value("tcpprobe_listener_sockets", "address", "ephemeral") >= 1);
            assertEquals(1, after.value("tcpprobe_source_info", "source", "diag"));
        }
    }

    /** All metrics but those that the source diag cannot have, and those of what has not happened here. */
    @Test
    void shouldHaveAlmostAllMetrics() throws Exception {
        Metrics metrics = open(Map.of(Settings.METRICS_HOST, "1"));
        try (Connection connection = Connection.open()) {
            connection.send(1);
            Set<Metric> missing = EnumSet.allOf(Metric.class);
            missing.removeAll(
                    metrics.current().stream().map(MetricFamily::metric).collect(Collectors.toSet()));
            missing.removeAll(Metric.of(Metric.Section.GROUPS)); // absent before the first flow
            missing.removeAll(Metric.of(Metric.Section.LISTENERS)); // those that diag does not count
            missing.removeAll(EnumSet.of(Metric.SMOOTHED_RTT, Metric.SOURCE_DROPPED, Metric.SOURCE_LOST));
            missing.removeAll(EnumSet.of(Metric.PUSHED, Metric.PUSH_RETRIES, Metric.PUSH_WAITING)); // nothing is pushed
            assertEquals(Set.of(), missing);
        }
    }

    @Test
    void shouldReadTheKernelNoMoreOftenThanSnapshotageAllows() throws Exception {
        Metrics metrics = open(Map.of(Settings.SNAPSHOTAGE, "3600000"));
        Double first = series(metrics).value("tcpprobe_snapshots_total");
        for (int i = 1; i <= 20; i++) {
            Series series = series(metrics);
            assertEquals(first, series.value("tcpprobe_snapshots_total"));
            assertEquals(i, series.value("tcpprobe_metrics_collections_total"));
        }
    }

    @Test
    void shouldHaveTheCountersOfTheHostIfSwitchedOn() throws Exception {
        Metrics metrics = open(Map.of());
        assertTrue(Metric.of(Metric.Section.HOST).stream()
                .noneMatch(metric -> metrics.current().stream().anyMatch(family -> family.metric() == metric)));
        parts.settings().change(Settings.METRICS_HOST, "1", "test");
        Series series = series(metrics);
        assertEquals(7, series.value("tcpprobe_host_counters_total", "proto", "Tcp", "name", "RetransSegs"));
        assertEquals(-1, series.value("tcpprobe_host_values", "proto", "Tcp", "name", "MaxConn"));
        assertEquals(0x1p64, series.value("tcpprobe_host_counters_total", "proto", "TcpExt", "name", "Big"));
    }
}
