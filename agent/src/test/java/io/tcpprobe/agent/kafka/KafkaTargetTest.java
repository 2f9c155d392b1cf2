package io.tcpprobe.agent.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.agent.push.PushTarget;
import io.tcpprobe.agent.push.RecordField;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaTargetTest {
    private static final PushBatch.Flows BATCH = new PushBatch.Flows(List.of(
            FlowRecord.of(Map.of(
                    RecordField.COMMUNITY_ID,
                    "1:abc",
                    RecordField.FINAL_RECORD,
                    1L,
                    RecordField.PROCESS,
                    "a\"b",
                    RecordField.RTT_HISTOGRAM,
                    List.of(1L, 2L))),
            FlowRecord.of(Map.of(RecordField.COMMUNITY_ID, "1:def"))));

    private final Deque<PushTarget.Outcome> outcomes = new ArrayDeque<>();
    private final List<List<KafkaMessage>> sent = new ArrayList<>();

    private final KafkaTarget target =
            new KafkaTarget(new KafkaMessages("tcpprobe", new PushOrigin("here", "cafe")), new MessageSender() {
                @Override
                public PushTarget.Outcome send(List<KafkaMessage> messages) {
                    sent.add(messages);
                    return outcomes.remove();
                }

                @Override
                public void close() {}
            });

    @Test
    void shouldSendRecordsAsJsonWithTheCommunityIdAsKey() throws Exception {
        outcomes.add(PushTarget.Outcome.Accepted.ALL);
        assertEquals(PushTarget.Outcome.Accepted.ALL, target.send(BATCH));
        assertEquals(
                new KafkaMessage(
                        "tcpprobe.flows",
                        "1:abc",
                        "{\"communityId\":\"1:abc\",\"finalRecord\":true,\"process\":\"a\\\"b\",\"rttHistogram\":[1,2]}"),
                sent.getFirst().getFirst());
        assertEquals("1:def", sent.getFirst().get(1).key());
    }

    @Test
    void shouldPassTheSameListAgainWhenABatchIsSentAgain() throws Exception {
        outcomes.add(new PushTarget.Outcome.Later("no server"));
        outcomes.add(PushTarget.Outcome.Accepted.ALL);
        assertEquals(new PushTarget.Outcome.Later("no server"), target.send(BATCH));
        assertEquals(PushTarget.Outcome.Accepted.ALL, target.send(BATCH));
        assertSame(sent.get(0), sent.get(1));
    }

    /** A sender alternates between its lanes in an outage. */
    @Test
    void shouldPassTheSameListAgainThoughBatchesOfOtherKindsAreSentBetween() throws Exception {
        PushBatch events = new PushBatch.Events(List.of());
        for (int round = 0; round < 3; round++) {
            outcomes.add(new PushTarget.Outcome.Later("no server"));
            outcomes.add(new PushTarget.Outcome.Later("no server"));
            target.send(BATCH);
            target.send(events);
        }
        assertSame(sent.get(0), sent.get(2));
        assertSame(sent.get(1), sent.get(3));
        assertSame(sent.get(0), sent.get(4));
        outcomes.add(PushTarget.Outcome.Accepted.ALL);
        outcomes.add(PushTarget.Outcome.Accepted.ALL);
        target.send(BATCH);
        target.send(BATCH);
        assertSame(sent.get(0), sent.get(6));
        assertNotSame(sent.get(0), sent.get(7), "what is stored is not kept");
    }

    @Test
    void shouldReportWhatTheBrokersReject() throws Exception {
        outcomes.add(new PushTarget.Outcome.Accepted(1, "too large"));
        outcomes.add(new PushTarget.Outcome.Accepted(2, "too large"));
        assertEquals(new PushTarget.Outcome.Accepted(1, "too large"), target.send(BATCH));
        assertEquals(new PushTarget.Outcome.Refused("too large"), target.send(BATCH));
        assertTrue(outcomes.isEmpty());
    }
}
