package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WindowSummaryTest {
    private final FakeSource source = new FakeSource();
    private final FakeGrowth growth = new FakeGrowth(4_000_000_007L);
    private final FakeVerdicts verdicts = new FakeVerdicts(growth);

    private WindowSummary summary(int flows) {
        for (int i = 1; i <= flows; i++) {
            source.flow();
            source.put(i, FlowField.LOCAL_ADDRESS_TYPE, AddressType.IPV4.number())
                    .put(i, FlowField.REMOTE_ADDRESS_TYPE, AddressType.IPV4.number())
                    .address(i, FlowField.LOCAL_ADDRESS, new byte[] {10, 0, 0, 1})
                    .address(i, FlowField.REMOTE_ADDRESS, new byte[] {10, 0, 0, 2})
                    .put(i, FlowField.LOCAL_PORT, 5000 + i)
                    .put(i, FlowField.REMOTE_PORT, 443);
        }
        return WindowSummary.of(source.snapshot(1, verdicts));
    }

    @Test
    void shouldCountFlowsByVerdict() {
        verdicts.put(VerdictField.VERDICT, Verdict.RWND.number(), Verdict.APP.number(), Verdict.RWND.number());
        verdicts.put(VerdictField.RECEIVER_VERDICT, Verdict.IDLE.number(), -1, Verdict.IDLE.number());
        WindowSummary found = summary(3);
        assertEquals(2, found.senders().get(Verdict.RWND));
        assertEquals(1, found.senders().get(Verdict.APP));
        assertEquals(0, found.senders().get(Verdict.NET));
        assertEquals(2, found.receivers().get(Verdict.IDLE));
        assertEquals(Verdict.ofSender().size(), found.senders().size());
        assertEquals(Verdict.ofReceiver().size(), found.receivers().size());
        assertEquals(OptionalLong.of(4000), found.windowMillis());
    }

    @Test
    void shouldRelateRetransmissionsToSegmentsOfTheSameFlows() {
        growth.put(FlowField.RETRANS, 1, 100, 2).put(FlowField.DATA_SEGS_OUT, 1000, -1, 500);
        assertEquals(OptionalLong.of(2000), summary(3).retransmissionsPerMillion());
    }

    @Test
    void shouldNameTheFlowWithTheMostBytesInBothDirections() {
        growth.put(FlowField.BYTES_ACKED, 700, 0, -1).put(FlowField.BYTES_RECEIVED, 0, 5, 8000);
        assertEquals(
                Optional.of(new WindowSummary.TopTalker("10.0.0.1:5003 - 10.0.0.2:443", 2000)),
                summary(3).topTalker());
    }

    @Test
    void shouldBeEmptyWithoutTrafficOrWindow() {
        WindowSummary quiet = summary(2);
        assertEquals(OptionalLong.empty(), quiet.retransmissionsPerMillion());
        assertEquals(Optional.empty(), quiet.topTalker());
        WindowSummary none = WindowSummary.of(source.snapshot(1, new FakeVerdicts(GrowthTable.EMPTY)));
        assertEquals(OptionalLong.empty(), none.windowMillis());
        assertEquals(Optional.empty(), none.topTalker());
    }
}
