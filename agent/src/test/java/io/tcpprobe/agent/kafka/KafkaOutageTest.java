package io.tcpprobe.agent.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.push.FlowRecord;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushOrigin;
import io.tcpprobe.agent.push.PushTarget;
import io.tcpprobe.agent.push.PushTimes;
import io.tcpprobe.agent.push.RecordField;
import io.tcpprobe.agent.push.Sender;
import io.tcpprobe.test.Waiting;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The connector's sender and target in an outage, in which records and readings alternate. */
class KafkaOutageTest {
    private static final PushTimes TIMES =
            new PushTimes(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(20), Duration.ofSeconds(20));

    private final AtomicInteger readings = new AtomicInteger();
    private final AtomicInteger ofRecords = new AtomicInteger();
    private final AtomicInteger others = new AtomicInteger();
    private final Set<List<KafkaMessage>> lists =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    private final MessageSender down = new MessageSender() {
        @Override
        public PushTarget.Outcome send(List<KafkaMessage> messages) {
            (messages.isEmpty() ? others : ofRecords).incrementAndGet();
            lists.add(messages);
            return new PushTarget.Outcome.Later("it is down");
        }

        @Override
        public void close() {}
    };

    private PushBatch read() {
        readings.incrementAndGet();
        return new PushBatch.MetricValues(List.of(), 0);
    }

    @Test
    void shouldSendTheSameListsAgainAndReadNothingNew() {
        KafkaTarget target = new KafkaTarget(new KafkaMessages("tcpprobe", new PushOrigin("here", "")), down);
        try (Sender sender = Sender.start(new Sender.Options(
                "test",
                target,
                Optional.of(new Sender.Periodic(Duration.ofMillis(5), this::read, false)),
                TIMES,
                new Random(1),
                () -> 0))) {
            sender.accept(FlowRecord.of(Map.of(RecordField.COMMUNITY_ID, "1:abc")));
            Waiting.until("attempts", () -> ofRecords.get() >= 4 && others.get() >= 4);
            assertEquals(2, lists.size(), "one list of the record, one of the reading");
            assertEquals(1, readings.get());
        }
    }
}
