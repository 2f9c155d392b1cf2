package io.tcpprobe.agent.ipfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecordGrowthTest {
    private static final long FORGET_NANOS = 1000;

    private final AtomicLong clock = new AtomicLong();
    private final RecordGrowth growth = new RecordGrowth(false, FORGET_NANOS, clock::get);

    private FlowInterval since(TestRecord flow) {
        return since(growth, flow);
    }

    private static FlowInterval since(RecordGrowth growth, TestRecord flow) {
        return assertInstanceOf(RecordGrowth.Result.Known.class, growth.since(flow.record()))
                .interval();
    }

    private String unknown(TestRecord flow) {
        return assertInstanceOf(RecordGrowth.Result.Unknown.class, growth.since(flow.record()))
                .why();
    }

    @Test
    void shouldAddUpToTheTotal() {
        FlowInterval first = since(TestRecord.flow(1, 1).sent(1000, 20, 9).received(70, 10, 1));
        assertEquals(1000, first.growth(FlowCounter.BYTES_SENT));
        assertEquals(TestRecord.START, first.startMillis());
        FlowInterval second = since(TestRecord.flow(1, 2).sent(1500, 30, 14).received(70, 12, 1));
        assertEquals(500, second.growth(FlowCounter.BYTES_SENT));
        assertEquals(10, second.growth(FlowCounter.SEGS_OUT));
        assertEquals(0, second.growth(FlowCounter.BYTES_RECEIVED));
        assertEquals(2, second.growth(FlowCounter.SEGS_IN));
        assertEquals(TestRecord.START + 60_000, second.startMillis(), "the end of the first");
        FlowInterval last = since(TestRecord.flow(1, 3).sent(1700, 31, 15).last());
        assertEquals(200, last.growth(FlowCounter.BYTES_SENT));
        assertEquals(0, growth.size(), "the flow has ended");
    }

    @Test
    void shouldHaveAllOfAFlowWithOneRecord() {
        FlowInterval only = since(TestRecord.flow(1, 1).sent(1700, 31, 15).last());
        assertEquals(1700, only.growth(FlowCounter.BYTES_SENT));
        assertEquals(0, growth.size());
    }

    @Test
    void shouldLoseNothingIfARecordIsMissing() {
        since(TestRecord.flow(1, 2).sent(1000, 20, 9));
        assertEquals(900, since(TestRecord.flow(1, 5).sent(1900, 40, 14)).growth(FlowCounter.BYTES_SENT));
    }

    @Test
    void shouldNotCountTwiceWhatFell() {
        since(TestRecord.flow(1, 1).sent(1000, 20, 9));
        assertEquals(0, since(TestRecord.flow(1, 2).sent(999, 20, 9)).growth(FlowCounter.BYTES_SENT));
        assertEquals(5, since(TestRecord.flow(1, 3).sent(1005, 20, 9)).growth(FlowCounter.BYTES_SENT));
    }

    @Test
    void shouldFollowACounterOf32BitsThatWraps() {
        since(TestRecord.flow(1, 1).sent(-2, 0xffff_fffeL, 9));
        FlowInterval next = since(TestRecord.flow(1, 2).sent(-1, 5, 9));
        assertEquals(7, next.growth(FlowCounter.SEGS_OUT));
        assertEquals(1, next.growth(FlowCounter.BYTES_SENT), "64 bits, unsigned");
    }

    /** An agent that ran before may have sent what an old connection has counted. */
    @Test
    void shouldCountAConnectionThatIsOlderThanTheAgentFromTheBeginningOn() {
        growth.begin(
                TestRow.columns(
                        TestRow.flow(1).with(FlowField.BYTES_SENT, 5000).with(FlowField.SEGS_OUT, 50),
                        TestRow.flow(2).with(FlowField.BYTES_SENT, 700).with(FlowField.ACTIVE_OPEN, 1)),
                TestRecord.START + 7,
                _ -> true);
        FlowInterval old = since(TestRecord.flow(1, 1).sent(5200, 53, 9));
        assertEquals(200, old.growth(FlowCounter.BYTES_SENT));
        assertEquals(3, old.growth(FlowCounter.SEGS_OUT));
        assertEquals(TestRecord.START + 7, old.startMillis());
        assertEquals(
                900,
                since(TestRecord.flow(2, 1).sent(900, 20, 9)).growth(FlowCounter.BYTES_SENT),
                "its opening was observed");
    }

    @Test
    void shouldRememberFlowsThatHaveRecordsOnly() {
        growth.begin(TestRow.columns(TestRow.flow(1), TestRow.flow(2)), TestRecord.START, _ -> false);
        assertEquals(0, growth.size());
    }

    @Test
    void shouldLeaveACounterThatIsAbsentAsItIs() {
        since(TestRecord.flow(1, 1).sent(1000, 0xf000_0000L, 9));
        FlowInterval without = since(TestRecord.flow(1, 2).received(70, 10, 1));
        assertEquals(0, without.growth(FlowCounter.BYTES_SENT));
        assertEquals(0, without.growth(FlowCounter.SEGS_OUT), "it has not wrapped around");
        FlowInterval again = since(TestRecord.flow(1, 3).sent(1001, 0xf000_0002L, 9));
        assertEquals(1, again.growth(FlowCounter.BYTES_SENT));
        assertEquals(2, again.growth(FlowCounter.SEGS_OUT));
    }

    /** The source had given it up, and what it had counted was sent as another flow. */
    @Test
    void shouldCountAConnectionThatIsFoundAgainFromItsFirstRecordOn() {
        RecordGrowth observing = new RecordGrowth(true, FORGET_NANOS, clock::get);
        FlowInterval first = since(observing, TestRecord.flow(1, 1).sent(5000, 50, 40));
        assertEquals(0, first.growth(FlowCounter.BYTES_SENT));
        assertEquals(first.flow().number(RecordField.TIME), first.startMillis());
        FlowInterval next = since(observing, TestRecord.flow(1, 2).sent(5200, 53, 41));
        assertEquals(200, next.growth(FlowCounter.BYTES_SENT));
        assertEquals(3, next.growth(FlowCounter.SEGS_OUT));
        FlowInterval only =
                since(observing, TestRecord.flow(2, 1).sent(700, 7, 6).last());
        assertEquals(0, only.growth(FlowCounter.BYTES_SENT));
        TestRecord opened = TestRecord.flow(3, 1).with(RecordField.RETRANS_HANDSHAKE, 0L);
        assertEquals(
                900,
                since(observing, opened.sent(900, 9, 8)).growth(FlowCounter.BYTES_SENT),
                "its opening was observed");
    }

    @Test
    void shouldCountTheRetransmissionsOfAConnectThatFailed() {
        RecordGrowth observing = new RecordGrowth(true, FORGET_NANOS, clock::get);
        TestRecord failed = TestRecord.flow(1, 1).with(RecordField.RETRANS, 6L).last();
        assertEquals(6, since(observing, failed).growth(FlowCounter.RETRANS));
    }

    @Test
    void shouldRememberALimitedNumberOfFlows() {
        for (long id = 1; id <= RecordGrowth.MAX_FLOWS; id++) {
            since(TestRecord.flow(id, 1).sent(10, 1, 1));
        }
        long more = RecordGrowth.MAX_FLOWS + 1;
        assertTrue(unknown(TestRecord.flow(more, 1).sent(10, 1, 1)).contains("more than 100000 flows"));
        assertEquals(RecordGrowth.MAX_FLOWS, growth.size());
        assertEquals(
                50,
                since(TestRecord.flow(more, 2).sent(50, 5, 5).last()).growth(FlowCounter.BYTES_SENT),
                "all of it, at its end");
        since(TestRecord.flow(7, 2).sent(10, 1, 1).last());
        assertEquals(10, since(TestRecord.flow(more + 1, 1).sent(10, 1, 1)).growth(FlowCounter.BYTES_SENT));
    }

    @Test
    void shouldForgetAFlowWithoutRecordsWhenThereAreTooMany() {
        for (long id = 1; id <= RecordGrowth.MAX_FLOWS; id++) {
            clock.set(id <= 3 ? 0 : FORGET_NANOS);
            since(TestRecord.flow(id, 1).sent(10, 1, 1));
        }
        long more = RecordGrowth.MAX_FLOWS + 1;
        since(TestRecord.flow(more, 1).sent(10, 1, 1));
        assertEquals(RecordGrowth.MAX_FLOWS, growth.size(), "one was forgotten");
        assertEquals(5, since(TestRecord.flow(2, 2).sent(15, 1, 1)).growth(FlowCounter.BYTES_SENT), "not this one");
        assertTrue(unknown(TestRecord.flow(1, 2).sent(15, 1, 1)).contains("forgotten"), "10 of the 15 were sent");
        assertEquals(6, since(TestRecord.flow(1, 3).sent(21, 1, 1)).growth(FlowCounter.BYTES_SENT));
    }

    @Test
    void shouldHaveAllOfAFlowThatHadNoRoomAlthoughAnotherWasForgotten() {
        for (long id = 1; id <= RecordGrowth.MAX_FLOWS; id++) {
            clock.set(id == 1 ? 0 : FORGET_NANOS);
            since(TestRecord.flow(id, 1).sent(10, 1, 1));
        }
        long more = RecordGrowth.MAX_FLOWS + 1;
        since(TestRecord.flow(more, 1).sent(10, 1, 1)); // instead of flow 1
        assertTrue(unknown(TestRecord.flow(more + 1, 1).sent(10, 1, 1)).contains("flows are live"));
        assertTrue(unknown(TestRecord.flow(1, 2).sent(15, 1, 1)).contains("flows are live"));
        assertEquals(
                50, since(TestRecord.flow(more + 1, 2).sent(50, 5, 5).last()).growth(FlowCounter.BYTES_SENT));
        assertTrue(
                unknown(TestRecord.flow(1, 3).sent(21, 1, 1).last()).contains("forgotten"), "10 of the 21 were sent");
        assertEquals(RecordGrowth.MAX_FLOWS, growth.size());
    }

    @Test
    void shouldRejectARecordWithoutAddresses() {
        assertTrue(unknown(TestRecord.flow(1, 1).with(RecordField.PEER_ADDRESS, "?"))
                .contains("address"));
    }
}
