package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Unit;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopFlowsTest {
    private static final long SECOND = 1_000_000_000;

    private final FakeSource source = new FakeSource();
    private final FakeGrowth growth = new FakeGrowth(2 * SECOND);
    private final FakeVerdicts verdicts = new FakeVerdicts(growth);
    private final TopFlows.Cache cache = new TopFlows.Cache(3);

    private static int place(String label) {
        return TopFlows.MEASURES.indexOf(FlowMeasure.find(label).orElseThrow());
    }

    private FlowSnapshot snapshot(long generation) {
        return source.snapshot(generation, verdicts);
    }

    private static List<Long> ids(TopFlows top, String label) {
        List<Long> ids = new ArrayList<>();
        for (int rank = 1; rank <= top.count(); rank++) {
            Flow flow = top.flow(place(label), rank);
            if (flow != null) {
                ids.add(flow.id());
            }
        }
        return ids;
    }

    private void flows(int count) {
        for (int i = 0; i < count; i++) {
            source.flow();
        }
    }

    @Test
    void shouldRankTheHighestValuesAndOfEqualOnesTheOlder() {
        flows(5);
        source.put(1, FlowField.RETRANS, 4).put(2, FlowField.RETRANS, 9).put(4, FlowField.RETRANS, 4);
        source.put(5, FlowField.RETRANS, 3);
        assertEquals(List.of(2L, 1L, 4L), ids(cache.of(snapshot(1)), "retrans"));
    }

    @Test
    void shouldNotRankFlowsWithoutAValueOrWithZero() {
        flows(3);
        source.put(1, FlowField.RETRANS, 0).put(3, FlowField.RETRANS, 1);
        TopFlows top = cache.of(snapshot(1));
        assertEquals(List.of(3L), ids(top, "retrans"));
        assertNull(top.flow(place("retrans"), 2));
        assertEquals(List.of(), ids(top, "srtt"));
    }

    @Test
    void shouldRankRatesByTheExactGrowth() {
        flows(4);
        growth.put(FlowField.RETRANS, 0, 2, 3, -1); // rounded, 1.0 and 1.5 retransmissions a second are 1 and 2
        growth.put(FlowField.SEGS_OUT, 1, 2, 1, 3);
        TopFlows top = cache.of(snapshot(1));
        assertEquals(List.of(3L, 2L), ids(top, "retransRate"));
        assertEquals(List.of(4L, 2L, 1L), ids(top, "segsOutRate"));
        FlowMeasure.Rate rate = new FlowMeasure.Field(FlowField.SEGS_OUT).rate().orElseThrow();
        assertEquals(1.5, rate.in(top.snapshot()).perSecond(3));
        assertEquals(2, rate.in(top.snapshot()).number(3));
        assertFalse(new FlowMeasure.Rate(rate.counterRate()).in(snapshot(2)).has(9));
    }

    @Test
    void shouldRankSharesOfVerdicts() {
        flows(3);
        verdicts.put(VerdictField.RWND_SHARE, 17, -1, 900);
        assertEquals(List.of(3L, 1L), ids(cache.of(snapshot(1)), "rwndShare"));
    }

    /** So reading the whole table costs as many passes over the flows as there are measures, however many flows there are. */
    @Test
    void shouldPassOverTheFlowsOnceForEachSnapshotAndMeasure() {
        flows(20);
        verdicts.put(VerdictField.RWND_SHARE, 17, 5, 900);
        FlowSnapshot first = snapshot(1);
        ids(cache.of(first), "rwndShare");
        int once = verdicts.checked;
        assertTrue(once >= 20 && once <= 20 + 20, () -> once + " checks of 20 flows");
        for (int i = 0; i < 100; i++) {
            assertTrue(cache.of(first).isRanked(place("rwndShare")));
            ids(cache.of(first), "rwndShare");
        }
        assertEquals(once, verdicts.checked);
        assertFalse(cache.of(first).isRanked(place("appShare")));
        FlowSnapshot second = snapshot(2);
        assertFalse(cache.of(second).isRanked(place("rwndShare")));
        ids(cache.of(second), "rwndShare");
        assertEquals(2 * once, verdicts.checked);
    }

    @Test
    void shouldHaveNoRatesWithoutAWindow() {
        flows(2);
        FlowSnapshot alone = source.snapshot(1, new FakeVerdicts(GrowthTable.EMPTY));
        assertEquals(List.of(), ids(cache.of(alone), "bytesSentRate"));
    }

    @Test
    void shouldGiveEveryMeasureAnIdANameAndItsCounterARate() {
        Set<Integer> ids = new HashSet<>();
        Set<String> labels = new HashSet<>();
        int last = 0;
        for (FlowMeasure measure : TopFlows.MEASURES) {
            assertTrue(ids.add(measure.id()), measure.label());
            assertTrue(labels.add(measure.label()), measure.label());
            assertTrue(measure.id() > last, "in the order of SNMP");
            last = measure.id();
            assertNotNull(measure.unit(), measure.label());
        }
        FlowMeasure bytes = FlowMeasure.find("bytesSent").orElseThrow();
        FlowMeasure rate = FlowMeasure.find("BYTESSENTRATE").orElseThrow();
        assertEquals(2000 + bytes.id(), rate.id());
        assertEquals(Unit.BYTES_PER_SECOND, rate.unit());
        assertEquals(bytes, rate.total());
        assertEquals(rate, bytes.rate().orElseThrow());
        assertTrue(FlowMeasure.find("cwnd").orElseThrow().rate().isEmpty());
        assertTrue(FlowMeasure.find("cwndRate").isEmpty());
    }
}
