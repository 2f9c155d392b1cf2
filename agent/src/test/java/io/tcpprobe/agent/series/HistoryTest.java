package io.tcpprobe.agent.series;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.connector.Served;
import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.groups.Group;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recent past of flows that the test makes. */
class HistoryTest {
    private final WatchableSource source = new WatchableSource();

    @TempDir
    Path state;

    private ServedParts parts(Map<Setting<?>, String> more) throws Exception {
        Map<Setting<?>, String> given = new HashMap<>(Map.of(Settings.SNAPSHOTAGE, "0", Settings.SNMP_TOP, "2"));
        given.putAll(more);
        return new ServedParts(state, Path.of("/proc/net"), given, (_, clock) -> source.clock(clock));
    }

    private static TestRow flow(long id, long bytes) {
        return TestRow.flow(id)
                .between("10.0.0.1", "192.0.2." + id)
                .with(FlowField.LOCAL_PORT, 1000 + id)
                .with(FlowField.REMOTE_PORT, 443)
                .with(FlowField.ACTIVE_OPEN, 1)
                .with(FlowField.BYTES_ACKED, bytes)
                .with(FlowField.BYTES_SENT, bytes)
                .with(FlowField.CWND, 10 + id);
    }

    private static List<@Nullable Long> column(History.Table table, String name) {
        int place = table.columns().indexOf(name);
        assertTrue(place >= 0, () -> name + " in " + table.columns());
        return table.rows().stream().map(row -> row[place]).toList();
    }

    @Test
    void shouldKeepTheBusiestFlowsOfSnapshotsThatAreReadAnyway() throws Exception {
        source.flows(flow(1, 500), flow(2, 7000), flow(3, 900));
        try (ServedParts parts = parts(Map.of())) {
            History history = parts.served().history();
            Waiting.until(
                    "the first snapshot", () -> history.of(History.FLOWS).rows().size() >= 2);
            assertEquals(
                    List.of(2L, 3L),
                    column(history.of(History.FLOWS), History.FLOW).subList(0, 2));
            int before = history.of("2").rows().size();
            source.flows(flow(1, 500), flow(2, 7500), flow(3, 900));
            parts.pass(100);
            history.record();
            assertEquals(before, history.of("2").rows().size(), "no snapshot was read");
            parts.served().flows().current();
            parts.pass(100);
            history.record();
            History.Table table = history.of("2");
            assertEquals(7500, column(table, "bytesAcked").getLast());
            assertEquals(12, column(table, "cwnd").getLast());
            assertEquals(null, column(table, "srtt").getLast(), "absent is not zero");
            assertFalse(table.columns().contains(History.FLOW));
            assertEquals(List.of(), history.of("1").rows(), "it is not among the busiest");
        }
    }

    @Test
    void shouldKeepNumbersAboutAllFlows() throws Exception {
        source.flows(
                flow(1, 500).with(FlowField.SRTT, 100),
                flow(2, 500).with(FlowField.SRTT, 300),
                flow(3, 500).with(FlowField.SRTT, 7000),
                flow(4, 500));
        try (ServedParts parts = parts(Map.of())) {
            History history = parts.served().history();
            parts.pass(100);
            parts.served().flows().current();
            history.record();
            History.Table table = history.of(History.SUMMARY);
            assertEquals(List.of(History.TIME, "flows", "srttP50", "srttP90", "srttP99"), table.columns());
            assertEquals(4, column(table, "flows").getLast());
            assertEquals(300, column(table, "srttP50").getLast());
            assertEquals(7000, column(table, "srttP99").getLast());
            source.flows(flow(4, 500));
            parts.pass(100);
            parts.served().flows().current();
            history.record();
            assertEquals(1, column(history.of(History.SUMMARY), "flows").getLast());
            assertEquals(null, column(history.of(History.SUMMARY), "srttP50").getLast(), "absent is not zero");
        }
    }

    @Test
    void shouldKeepTheCountersOfTheHost() throws Exception {
        try (ServedParts parts = parts(Map.of())) {
            History history = parts.served().history();
            History.Table table = Waiting.until(
                    "two seconds",
                    () -> history.of(History.HOST),
                    found -> found.rows().size() >= 2);
            List<@Nullable Long> times = column(table, History.TIME);
            assertTrue(times.getLast() - times.getFirst() >= 900, times::toString);
            assertTrue(column(table, "InSegs").getFirst() > 0);
            assertTrue(
                    column(table, "InSegs").getLast() >= column(table, "InSegs").getFirst());
        }
    }

    @Test
    void shouldNotReturnRowsThatAreTooOld() throws Exception {
        AtomicLong wall = new AtomicLong(System.currentTimeMillis());
        try (ServedParts parts = parts(Map.of(Settings.HISTORY_MINUTES, "15"))) {
            Served served = parts.served();
            try (History history = new History(new History.Options(
                    served.counters(),
                    served.flows(),
                    served.groups(),
                    served.settings(),
                    new Clocks(System::nanoTime, wall::get)))) {
                history.record();
                long first = column(history.of(History.HOST), History.TIME).getFirst();
                wall.addAndGet(TimeUnit.MINUTES.toMillis(16));
                history.record();
                assertTrue(column(history.of(History.HOST), History.TIME).getFirst() > first, "16 minutes ago");
            }
        }
    }

    @Test
    void shouldKeepGroupsWhenTheyAreCounted() throws Exception {
        source.flows(flow(1, 500));
        try (ServedParts parts = parts(Map.of())) {
            History history = parts.served().history();
            String refused = assertThrows(IllegalArgumentException.class, () -> history.of("port:443"))
                    .getMessage();
            assertTrue(refused.contains("there is no such group"), refused);
            parts.pass(100);
            parts.served().groups().current();
            history.record();
            source.flows(flow(1, 800));
            parts.pass(100);
            parts.served().groups().current();
            history.record();
            Group group =
                    parts.served().groups().last().find(GroupKind.PORT, "443").orElseThrow();
            History.Table table = history.of("port:443");
            assertEquals(
                    group.number(GroupField.BYTES_SENT),
                    column(table, "bytesSent").getLast());
            assertEquals(
                    300,
                    column(table, "bytesSent").getLast()
                            - column(table, "bytesSent").getFirst());
            assertEquals(1, column(history.of("role:client"), "flows").getLast());
        }
    }

    @Test
    void shouldRecordNothingIfItIsSwitchedOff() throws Exception {
        try (ServedParts parts = parts(Map.of(Settings.HISTORY_MINUTES, "0"))) {
            String refused = assertThrows(
                            IllegalStateException.class,
                            () -> parts.served().history().of(History.HOST))
                    .getMessage();
            assertEquals("history host: nothing is recorded; set history.minutes", refused);
        }
    }

    @Test
    void shouldRefuseWhatItDoesNotHave() throws Exception {
        try (ServedParts parts = parts(Map.of())) {
            for (String what : List.of("", "hosts", "12x")) {
                String refused = assertThrows(
                                IllegalArgumentException.class,
                                () -> parts.served().history().of(what))
                        .getMessage();
                assertTrue(refused.endsWith("use host, summary, flows, a flow id, or KIND:NAME of a group"), refused);
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () -> parts.served().history().of("colour:red"));
        }
    }

    @Test
    void shouldHaveBoundedMemory() throws Exception {
        try (ServedParts parts = parts(Map.of(Settings.SNMP_TOP, "100", Settings.HISTORY_MINUTES, "60"))) {
            assertTrue(parts.served().history().maxBytes() < 35_000_000);
        }
        try (ServedParts parts = parts(Map.of(Settings.SNMP_TOP, "10"))) {
            assertTrue(parts.served().history().maxBytes() < 4_500_000);
        }
        try (ServedParts parts =
                parts(Map.of(Settings.SNMP_TOP, "10", Settings.KUBELET_URL, "http://127.0.0.1:1/pods"))) {
            assertTrue(parts.served().history().maxBytes() < 5_200_000, "groups by pod besides");
        }
    }
}
