package io.tcpprobe.mibs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.proc.TcpSysctls;
import io.tcpprobe.mibs.EstatsColumn.Origin;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EstatsTableTest {
    private static List<EstatsColumn> all() {
        return Arrays.stream(EstatsTable.values())
                .flatMap(table -> table.columns().stream())
                .toList();
    }

    private static long of(Origin... origins) {
        return all().stream()
                .filter(column -> Set.of(origins).contains(column.origin()))
                .count();
    }

    @Test
    void shouldHaveMostOfTheColumnsOfRfc4898() {
        assertEquals(133, all().size());
        assertTrue(of(Origin.KERNEL, Origin.SAMPLES) >= 65, "by diag");
        assertTrue(of(Origin.KERNEL, Origin.SAMPLES, Origin.SEGMENTS) >= 110, "by bpf");
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveColumnsInOrderWithNamesOfTheirOwn(EstatsTable table) {
        int last = 0;
        Set<String> names = new HashSet<>();
        for (EstatsColumn column : table.columns()) {
            assertTrue(column.id() > last, column.name());
            last = column.id();
            assertTrue(names.add(column.name()), column.name());
            assertFalse(column.from().isBlank(), column.name() + " names its origin");
            assertTrue(column.available() || column.needs().isEmpty(), column.name());
        }
    }

    @Test
    void shouldHaveAControlForEverySettingOfIt() {
        TcpProbeMib mib = new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText()));
        for (int i = 0; i < Settings.ESTATS.size(); i++) {
            assertEquals(
                    "1.3.6.1.2.1.156.1.2." + (i + 1),
                    SettingObjects.of(Settings.ESTATS.get(i), mib).toString());
        }
        assertEquals(
                "tcpEStatsConnTableLatency",
                SettingObjects.scalar(Settings.ESTATS_LATENCY).descriptor());
    }

    /** Values as a flow with these fields has them; a field that is not named is absent. */
    @ParameterizedTest
    @CsvSource({
        "PERF, 17, 12, SRTT=12999",
        "PERF, 20, 14480, CWND=10 MSS=1448",
        "PERF, 22, 1, TIMEOUTS=3 TIMEOUT_RECOVERIES=1",
        "PERF, 22, 3, TIMEOUTS=3",
        "PERF, 35, 5, BUSY_TIME=10000 RWND_LIMITED=3000 SNDBUF_LIMITED=2000",
        "PERF, 36, 0, FIRST_SEEN=0 SAMPLED=1000000 BUSY_TIME=90000 SNDBUF_LIMITED=0",
        "PERF, 36, 93, FIRST_SEEN=0 SAMPLED=100000000 BUSY_TIME=9000 SNDBUF_LIMITED=2000",
        "STACK, 1, 2, ACTIVE_OPEN=0",
        "STACK, 4, -1, OPTIONS=0",
        "STACK, 4, 7, OPTIONS=4 RECEIVE_WINDOW_SCALE=7 SEND_WINDOW_SCALE=9",
        "STACK, 5, 9, OPTIONS=4 RECEIVE_WINDOW_SCALE=7 SEND_WINDOW_SCALE=9",
        "STACK, 6, 1, OPTIONS=1",
        "STACK, 6, 3, OPTIONS=2",
        "STACK, 7, 2, OPTIONS=0 ACTIVE_OPEN=1",
        "STACK, 7, 3, OPTIONS=0 ACTIVE_OPEN=0",
        "STACK, 16, 3, CA_STATE=4",
        "STACK, 16, 2, CA_STATE=1",
        "STACK, 28, 2, TIMEOUTS=3 TIMEOUT_RECOVERIES=1",
        "APP, 2, 1, SND_NXT=4294967297",
        "TUNE, 4, 65535, USER_MSS=0",
    })
    void shouldComputeFromFields(EstatsTable table, int id, long expected, String fields) {
        EstatsColumn column = table.columns().stream()
                .filter(one -> one.id() == id)
                .findFirst()
                .orElseThrow();
        assertEquals(expected, column.reading().of(flow(fields), 0, TcpSysctls.DEFAULT));
    }

    /** From the beginning to the last segment: sampled after 5 s, the last segment 1.5 s before that. */
    @Test
    void shouldComputeTheTimeToTheLastSegment() {
        FlowColumns flow = flow("FIRST_SEEN=1000000000 SAMPLED=6000000000 LAST_DATA_SENT=2000 LAST_DATA_RECEIVED=4000"
                + " LAST_ACK_RECEIVED=1500");
        Map<Integer, Long> expected = Map.of(11, 3L, 12, 500_000L);
        for (EstatsColumn column : EstatsTable.PERF.columns()) {
            Long value = expected.get(column.id());
            if (value != null) {
                assertEquals(value, column.reading().of(flow, 0, TcpSysctls.DEFAULT), column.name());
            }
        }
    }

    private static FlowColumns flow(String fields) {
        MemorySegment memory = Arena.ofAuto().allocate(FlowLayout.SIZE, 8);
        memory.set(ValueLayout.JAVA_INT, FlowLayout.FLOW_ID, 1);
        for (String field : fields.split(" ", -1)) {
            String[] sides = field.split("=", -1);
            FlowField name = FlowField.valueOf(sides[0]);
            FlowLayout.put(memory, 0, name, Long.parseLong(sides[1]));
            FlowLayout.present(memory, 0, name, true);
        }
        return FlowColumns.copyOf(new FlowRows(memory, 1));
    }
}
