package io.tcpprobe.agent.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KnownIdsTest {
    private final List<List<Long>> asked = new ArrayList<>();
    private Map<Integer, Long> answer = Map.of();

    private final KnownIds ids = new KnownIds(flows -> {
        asked.add(flows.stream().map(Flow::id).toList());
        return answer;
    });

    private List<String> ids(long generation) {
        FlowSnapshot snapshot = TestFlows.snapshot(generation, TestFlows.rows(2));
        List<Flow> flows = IntStream.range(0, 2)
                .mapToObj(index -> new Flow(snapshot, index))
                .toList();
        return ids.rows(flows).stream().map(TableColumn.Row::id).toList();
    }

    @Test
    void shouldAskOnceForAFlowThatTheAgentHas() {
        answer = Map.of(0, 71L, 1, 72L);
        assertEquals(List.of("71", "72"), ids(1));
        assertEquals(List.of("71", "72"), ids(2));
        assertEquals(List.of(List.of(1L, 2L)), asked);
        assertFalse(ids.isEmpty());
    }

    @Test
    void shouldAskAgainOnlyLaterForAFlowThatTheAgentDoesNotHave() {
        answer = Map.of(0, 71L);
        assertEquals(List.of("71", "-"), ids(1));
        for (int generation = 2; generation <= 10; generation++) {
            ids(generation);
        }
        assertEquals(1, asked.size());
        answer = Map.of(0, 72L);
        assertEquals(List.of("71", "72"), ids(11));
        assertEquals(List.of(List.of(1L, 2L), List.of(2L)), asked);
    }

    @Test
    void shouldBeEmptyWithoutAnAgent() {
        assertEquals(List.of("-", "-"), ids(1));
        assertTrue(ids.isEmpty());
    }
}
