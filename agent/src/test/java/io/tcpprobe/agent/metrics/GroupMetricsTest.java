package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.groups.TestGroups;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroupMetricsTest {
    private static final String BYTES = "tcpprobe_group_sent_bytes_total";

    private final GroupMetrics metrics = with(2);

    private static GroupMetrics with(int perKind) {
        return new GroupMetrics(new GroupMetrics.Limits(
                EnumSet.of(GroupKind.PROCESS, GroupKind.PORT), perKind, port -> port >= 50_000));
    }

    private Series series(TestGroups groups) throws IOException {
        MetricSink sink = new MetricSink();
        metrics.collect(groups.snapshot(), sink);
        return Series.of(sink.families());
    }

    private static Double bytes(Series series, GroupKind kind, String group) {
        return series.value(BYTES, "kind", kind.label(), "group", group);
    }

    private static TestGroups processes() {
        return TestGroups.complete().add(GroupKind.PROCESS, 1, "other", 0);
    }

    @Test
    void shouldExportEveryFieldOfAGroup() throws IOException {
        Series series = series(processes().add(GroupKind.PROCESS, 2, "nginx", 3_000_000));
        Set<GroupField> missing = EnumSet.allOf(GroupField.class);
        missing.removeAll(GroupMetrics.exported());
        assertEquals(EnumSet.of(GroupField.RTT_P50, GroupField.RTT_P90, GroupField.RTT_P99), missing);
        for (Metric metric : Metric.of(Metric.Section.GROUPS)) {
            assertTrue(
                    series.types().containsKey(metric.label())
                            && series.values().toString().contains(metric.label()),
                    metric.label());
        }
        String[] nginx = {"kind", "process", "group", "nginx"};
        assertEquals(3.0, series.value("tcpprobe_group_busy_seconds_total", nginx));
        assertEquals(3.0, series.value("tcpprobe_group_rtt_seconds_sum", nginx));
        assertEquals(18 * 3e6, series.value("tcpprobe_group_rtt_seconds_count", nginx));
        assertEquals(
                3e6,
                series.value("tcpprobe_group_rtt_seconds_bucket", "kind", "process", "group", "nginx", "le", "3.2E-5"));
        assertEquals(
                3e6,
                series.value("tcpprobe_group_ended_total", "kind", "process", "group", "nginx", "reason", "resetSent"));
    }

    @Test
    void shouldLeaveOutWhatTheSourceDoesNotProvide() throws IOException {
        Series series = series(new TestGroups(EnumSet.of(GroupField.FLOWS)).add(GroupKind.PROCESS, 2, "nginx", 7));
        assertEquals(7.0, series.value("tcpprobe_group_flows", "kind", "process", "group", "nginx"));
        assertEquals(
                Set.of("tcpprobe_group_flows", "tcpprobe_metrics_limited"),
                series.types().keySet());
    }

    @Test
    void shouldPutTheQuietGroupsIntoOther() throws IOException {
        Series series = series(processes()
                .add(GroupKind.PROCESS, 2, "a", 1)
                .add(GroupKind.PROCESS, 3, "b", 20)
                .add(GroupKind.PROCESS, 4, "c", 300)
                .add(GroupKind.PROCESS, 5, "unknown", 4000)
                .add(GroupKind.PROCESS, 6, "d", 7));
        assertEquals(20, bytes(series, GroupKind.PROCESS, "b"));
        assertEquals(300, bytes(series, GroupKind.PROCESS, "c"));
        assertEquals(4000, bytes(series, GroupKind.PROCESS, "unknown"));
        assertEquals(8, bytes(series, GroupKind.PROCESS, "other"));
        assertNull(bytes(series, GroupKind.PROCESS, "a"));
        assertEquals(2, series.value("tcpprobe_metrics_limited", "limited", "process"));
        assertEquals(0, series.value("tcpprobe_metrics_limited", "limited", "port"));
    }

    /** A group that left other would make it fall. */
    @Test
    void shouldKeepEachGroupInItsSeries() throws IOException {
        series(processes()
                .add(GroupKind.PROCESS, 2, "a", 1)
                .add(GroupKind.PROCESS, 3, "b", 20)
                .add(GroupKind.PROCESS, 4, "c", 300));
        Series later = series(processes()
                .add(GroupKind.PROCESS, 2, "a", 10_000)
                .add(GroupKind.PROCESS, 3, "b", 20)
                .add(GroupKind.PROCESS, 4, "c", 300)
                .add(GroupKind.PROCESS, 5, "e", 5));
        assertEquals(10_005, bytes(later, GroupKind.PROCESS, "other"));
        assertEquals(20, bytes(later, GroupKind.PROCESS, "b"));
        assertEquals(300, bytes(later, GroupKind.PROCESS, "c"));
        assertNull(bytes(later, GroupKind.PROCESS, "e"));
    }

    @Test
    void shouldGiveAFreePlaceToANewGroup() throws IOException {
        series(processes().add(GroupKind.PROCESS, 2, "a", 1));
        Series later = series(processes().add(GroupKind.PROCESS, 2, "a", 1).add(GroupKind.PROCESS, 3, "b", 2));
        assertEquals(2, bytes(later, GroupKind.PROCESS, "b"));
        assertNull(bytes(later, GroupKind.PROCESS, "other"));
    }

    @Test
    void shouldSumEphemeralPorts() throws IOException {
        Series series = series(TestGroups.complete()
                .add(GroupKind.PORT, 2, "50000", 1)
                .add(GroupKind.PORT, 3, "50001", 20)
                .add(GroupKind.PORT, 4, "443", 300)
                .add(GroupKind.PORT, 5, "80", 4));
        assertEquals(21, bytes(series, GroupKind.PORT, "ephemeral"));
        assertEquals(300, bytes(series, GroupKind.PORT, "443"));
        assertEquals(4, bytes(series, GroupKind.PORT, "80"));
        assertEquals(0, series.value("tcpprobe_metrics_limited", "limited", "port"));
    }

    @Test
    void shouldLeaveOutOtherKinds() throws IOException {
        Series series = series(TestGroups.complete().add(GroupKind.PREFIX, 2, "192.0.2.0/24", 1));
        assertNull(bytes(series, GroupKind.PREFIX, "192.0.2.0/24"));
        assertNull(series.value("tcpprobe_metrics_limited", "limited", "prefix"));
    }

    @Test
    void shouldMergeNamesThatAreTheSameLabel() throws IOException {
        Series series =
                series(processes().add(GroupKind.PROCESS, 2, "a\r", 1).add(GroupKind.PROCESS, 3, "a\u0001", 20));
        assertEquals(21, bytes(series, GroupKind.PROCESS, "a\ufffd"));
    }
}
