package io.tcpprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.FakeContainers;
import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.terminal.TestFlows;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.junit.jupiter.api.Test;

class FlowRecordsTest {
    private final FlowSnapshot snapshot = TestFlows.snapshot(
            1, TestFlows.flow(1).control("cu\033,\"bic"), TestFlows.flow6(2).with(FlowField.SND_NXT, -1));
    private final List<Flow> flows = List.of(new Flow(snapshot, 0), new Flow(snapshot, 1));

    private static FlowRecords records(String columns) throws CommandException {
        return new FlowRecords(columns.isEmpty() ? List.of() : ColumnNames.columns(columns));
    }

    private static JSONArray parsed(List<String> lines) throws Exception {
        return new JSONParser().parse(String.join("\n", lines), JSONArray.class);
    }

    @Test
    void shouldPrintAllValuesWithTheNamesOfTheMBean() throws Exception {
        List<String> lines = records("").json(flows, Map.of(1, 4711L));
        assertTrue(
                String.join("\n", lines).chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)),
                lines::toString);
        JSONArray parsed = parsed(lines);
        JSONObject first = (JSONObject) parsed.get(0);
        JSONObject second = (JSONObject) parsed.get(1);
        assertEquals("192.0.2.1:50001", first.get("local"));
        assertEquals(1000L, first.get("srtt"));
        assertEquals("established", first.get("state"));
        assertEquals("rwnd", first.get("verdict"));
        assertEquals("cu\033,\"bic", first.get("congestionControl"));
        assertFalse(first.containsKey("rttvar"), "absent");
        assertFalse(first.containsKey("flowId"), "no agent has it");
        assertEquals(4711L, second.get("flowId"));
        assertEquals("18446744073709551615", second.get("sndNxt").toString());
    }

    @Test
    void shouldPrintTheValuesOfTheColumns() throws Exception {
        JSONArray parsed =
                parsed(records("id,remote,bytesAckedRate,limitedBy,rttvar").json(flows, Map.of(0, 7L)));
        JSONObject first = (JSONObject) parsed.getFirst();
        assertEquals(Set.of("flowId", "remote", "bytesAckedRate", "limitedBy"), first.keySet());
        assertEquals(123_456.0, ((Number) first.get("bytesAckedRate")).doubleValue());
        assertEquals("rwnd 98%", first.get("limitedBy"));
    }

    @Test
    void shouldPrintContainerAndPod() throws Exception {
        FlowSnapshot snapshot = TestFlows.snapshot(
                1,
                TestFlows.flow(1).with(FlowField.CGROUP, FakeContainers.OF_POD),
                TestFlows.flow(2).with(FlowField.CGROUP, FakeContainers.WITHOUT_POD));
        List<Flow> both = List.of(new Flow(snapshot, 0), new Flow(snapshot, 1));
        assertEquals(
                List.of("container,pod", "0123456789ab,shop/web-0", "db,"),
                records("container,pod").csv(both, Map.of()));
        JSONObject first = (JSONObject) parsed(records("").json(both, Map.of())).getFirst();
        assertEquals("shop/web-0", first.get("pod"));
    }

    @Test
    void shouldPrintAnEmptyArray() throws Exception {
        assertEquals(0, parsed(records("").json(List.of(), Map.of())).size());
        assertEquals(List.of("remote"), records("remote").csv(List.of(), Map.of()));
    }

    @Test
    void shouldPrintCommaSeparatedValues() throws Exception {
        assertEquals(
                List.of(
                        "flowId,local,congestionControl,rttvar,srtt",
                        ",192.0.2.1:50001,\"cu?,\"\"bic\",,1000",
                        "9,\"[2001:db8:85a3:8d3:1319:8a2e:370:7344]:50002\",cubic,,2000"),
                records("id,local,congestionControl,rttvar,srtt").csv(flows, Map.of(1, 9L)));
        List<String> all = records("").csv(flows, Map.of());
        assertEquals(3, all.size());
        assertTrue(all.getFirst().contains(",srtt,"), all::toString);
    }
}
