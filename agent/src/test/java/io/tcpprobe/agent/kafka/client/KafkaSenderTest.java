package io.tcpprobe.agent.kafka.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.kafka.KafkaMessage;
import io.tcpprobe.agent.push.PushTarget;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSenderTest {
    private static final Duration BRIEF = Duration.ofMillis(20);
    private static final List<KafkaMessage> FLOWS = messages("flows", 3);
    private static final List<KafkaMessage> EVENTS = messages("events", 2);
    private static final List<KafkaMessage> GROUPS = messages("groups", 4);

    /** The producers that were opened; none of them acknowledges what the test does not let it. */
    private final List<MockProducer<String, String>> producers = new ArrayList<>();

    private final KafkaSender sender = new KafkaSender(this::open, BRIEF);

    private Producer<String, String> open() {
        producers.add(new MockProducer<>(false, null, new StringSerializer(), new StringSerializer()));
        return producers.getLast();
    }

    private static List<KafkaMessage> messages(String topic, int count) {
        List<KafkaMessage> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(new KafkaMessage(topic, "key", topic + i));
        }
        return messages;
    }

    private static List<String> values(MockProducer<String, String> producer) {
        return producer.history().stream().map(ProducerRecord::value).toList();
    }

    @Test
    void shouldGiveTheProducerEachMessageOnceThoughListsAlternateInAnOutage() throws Exception {
        for (int round = 0; round < 4; round++) {
            for (List<KafkaMessage> messages : List.of(EVENTS, GROUPS, FLOWS)) {
                assertInstanceOf(PushTarget.Outcome.Later.class, sender.send(messages));
            }
        }
        MockProducer<String, String> producer = producers.getFirst();
        assertEquals(
                List.of("events0", "events1", "groups0", "groups1", "groups2", "groups3", "flows0", "flows1", "flows2"),
                values(producer));
        while (producer.completeNext()) {
            // the brokers are there again
        }
        for (List<KafkaMessage> messages : List.of(EVENTS, GROUPS, FLOWS)) {
            assertEquals(PushTarget.Outcome.Accepted.ALL, sender.send(messages));
        }
        assertEquals(9, values(producer).size());
    }

    @Test
    void shouldGiveANewProducerWhatTheFailedOneHasNotStored() throws Exception {
        sender.send(EVENTS);
        sender.send(FLOWS);
        MockProducer<String, String> failed = producers.getFirst();
        failed.completeNext();
        failed.errorNext(new SaslAuthenticationException("wrong password"));
        assertEquals(new PushTarget.Outcome.Later("wrong password"), sender.send(EVENTS));
        assertTrue(failed.closed());
        sender.send(FLOWS);
        sender.send(EVENTS);
        assertEquals(2, producers.size(), "what fails with the closed producer does not close the next one");
        assertEquals(List.of("flows0", "flows1", "flows2", "events1"), values(producers.getLast()));
    }

    @Test
    void shouldCountWhatIsRejectedForGood() throws Exception {
        sender.send(EVENTS);
        producers.getFirst().errorNext(new RecordTooLargeException("too large"));
        producers.getFirst().completeNext();
        assertEquals(new PushTarget.Outcome.Accepted(1, "too large"), sender.send(EVENTS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "snappy", "zstd"})
    void shouldRefuseCompressionByNativeLibraries(String compression) {
        ProblemException refused =
                assertThrows(ProblemException.class, () -> real(Map.of("compression.type", compression)));
        Problem problem = refused.problem();
        assertEquals("kafka.config", problem.object());
        assertTrue(problem.cause().contains("compression.type='" + compression + "'"), problem::cause);
        assertTrue(problem.remedy().contains("gzip or none"), problem::remedy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip"})
    void shouldAcceptCompressionInJava(String compression) throws Exception {
        real(Map.of("compression.type", compression)).close();
    }

    @Test
    void shouldNotAddMetricsToTheMBeanServer() throws Exception {
        KafkaSender opened = real(Map.of());
        try {
            ObjectName metrics = new ObjectName("kafka.producer:type=producer-metrics,*");
            assertEquals(
                    0,
                    ManagementFactory.getPlatformMBeanServer()
                            .queryNames(metrics, null)
                            .size());
        } finally {
            opened.close();
        }
    }

    private static KafkaSender real(Map<String, String> more) throws ProblemException {
        return new KafkaSender("127.0.0.1:1", more, BRIEF);
    }
}
