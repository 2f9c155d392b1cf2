package io.tcpprobe.agent.snmp.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.snmp.model.Column;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.mibs.Oid;
import io.tcpprobe.mibs.TcpProbeMib;
import io.tcpprobe.mibs.TopColumn;
import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snmp4j.smi.Null;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.VariableBinding;

class TopFlowTableTest {
    private static final int COUNT = 7;
    private static final int ENTRY_ARCS = 13;

    private Connection first;
    private Connection second;
    private ServedParts parts;
    private TopFlowTable table;

    @BeforeEach
    void open(@TempDir Path state) throws Exception {
        first = Connection.open();
        second = Connection.to(first.listener());
        first.send(1000);
        second.send(100_000);
        parts = new ServedParts(
                state, Path.of("/proc/net"), Map.of(Settings.PORT, "" + first.port(), Settings.SNAPSHOTAGE, "0"));
        TcpProbeMib mib = new TcpProbeMib(Oid.parse(Settings.SNMP_BASEOID.defaultText()));
        table = new TopFlowTable(parts.served().flows(), COUNT, mib.topEntry().toArray());
    }

    @AfterEach
    void close() throws Exception {
        parts.close();
        second.close();
        first.close();
    }

    private List<VariableBinding> walk(Runnable betweenRequests) {
        List<VariableBinding> all = new ArrayList<>();
        VariableBinding next = table.next(table.root(), false);
        while (next != null) {
            all.add(next);
            betweenRequests.run();
            next = table.next(next.getOid(), false);
        }
        return all;
    }

    private String text(TopColumn column, FlowField measure, int rank) {
        return table.get(cell(column, measure, rank)).toString();
    }

    private OID cell(TopColumn column, FlowField measure, int rank) {
        return new OID(table.root()).append(column.arc()).append(measure.id()).append(rank);
    }

    private static void assertIncreasing(List<VariableBinding> walk) {
        for (int i = 1; i < walk.size(); i++) {
            OID before = walk.get(i - 1).getOid();
            OID after = walk.get(i).getOid();
            assertTrue(before.compareTo(after) < 0, () -> before + " comes before " + after);
        }
    }

    @Test
    void shouldHaveTheColumnsOfTheMib() {
        assertEquals(ENTRY_ARCS, table.root().size());
        assertEquals(
                Arrays.stream(TopColumn.values()).map(TopColumn::arc).toList(),
                table.columns().stream().map(Column::id).toList());
    }

    @Test
    void shouldRankByTheMeasureInTheIndex() {
        Waiting.until(
                "the acknowledgment of what both have sent",
                () -> text(TopColumn.VALUE, FlowField.BYTES_ACKED, 1)
                        + ' '
                        + text(TopColumn.VALUE, FlowField.BYTES_ACKED, 2),
                "100000 1000"::equals);
        assertEquals(second.clientEnd(), text(TopColumn.LOCAL, FlowField.BYTES_ACKED, 1));
        assertEquals(first.clientEnd(), text(TopColumn.LOCAL, FlowField.BYTES_ACKED, 2));
        assertEquals("bytesAcked", text(TopColumn.MEASURE_NAME, FlowField.BYTES_ACKED, 1));
        String process = text(TopColumn.PROCESS, FlowField.BYTES_ACKED, 1);
        assertTrue(process.startsWith(ProcessHandle.current().pid() + "/"), process);
        assertEquals(
                first.port(),
                Integer.parseInt(
                        text(TopColumn.REMOTE, FlowField.BYTES_ACKED, 2).split(":", -1)[1]));
    }

    @Test
    void shouldHaveNoInstanceForARankWithoutAFlow() {
        assertEquals(Null.noSuchInstance, table.get(cell(TopColumn.FLOW_ID, FlowField.CWND, 5)));
        assertEquals(Null.noSuchInstance, table.get(cell(TopColumn.FLOW_ID, FlowField.CWND, COUNT + 1)));
        assertEquals(Null.noSuchInstance, table.get(cell(TopColumn.FLOW_ID, FlowField.UID, 1)), "it is not a measure");
        assertEquals(
                Null.noSuchObject,
                table.get(new OID(table.root()).append(2).append(9).append(1)));
        assertEquals(Null.noSuchInstance, table.get(cell(TopColumn.RATE, FlowField.CWND, 1)), "a gauge has no rate");
    }

    @Test
    void shouldWalkOverHolesInOrder() {
        List<VariableBinding> walk = walk(() -> {});
        assertIncreasing(walk);
        OID cwnd = cell(TopColumn.FLOW_ID, FlowField.CWND, 1).trim();
        assertEquals(
                4,
                walk.stream().filter(found -> found.getOid().startsWith(cwnd)).count(),
                "four of seven ranks have a flow");
        assertFalse(walk.stream().anyMatch(found -> found.getVariable().isException()));
        assertNull(table.next(new OID(table.root()).append(TopColumn.RECEIVER_VERDICT.arc() + 1), true));
    }

    @Test
    void shouldWalkInOrderWhileTheTableChanges() {
        int[] requests = {0};
        List<VariableBinding> walk = walk(() -> {
            requests[0]++;
            if (requests[0] == 10) {
                closeSecond();
            }
        });
        assertIncreasing(walk);
        assertTrue(walk.size() > 50, () -> "only " + walk.size());
    }

    private void closeSecond() {
        try {
            second.close();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void shouldHaveRatesAfterAWindow() throws Exception {
        table.get(cell(TopColumn.RATE, FlowField.BYTES_ACKED, 1)); // its snapshot begins the window
        parts.pass(2);
        first.send(200_000);
        OID rate = new OID(table.root())
                .append(TopColumn.LOCAL.arc())
                .append(2000 + FlowField.BYTES_ACKED.id())
                .append(1);
        assertEquals(first.clientEnd(), table.get(rate).toString(), "in the window it sent the most");
        assertTrue(Long.parseLong(text(TopColumn.RATE, FlowField.BYTES_ACKED, 1)) > 0);
    }
}
