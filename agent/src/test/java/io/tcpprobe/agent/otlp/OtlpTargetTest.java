package io.tcpprobe.agent.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.push.PushBatch;
import io.tcpprobe.agent.push.PushTarget.Outcome;
import io.tcpprobe.agent.push.TestRecords;
import io.tcpprobe.test.PostReceiver;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Collectors that fail, and hostile ones. */
class OtlpTargetTest {
    private static final PushBatch BATCH = new PushBatch.Flows(List.of(TestRecords.record(1)));

    private static OtlpTarget target(String url, Duration timeout) {
        AgentFacts facts = new AgentFacts("1.2.3", "diag", "", "6.1.0", "here", Instant.EPOCH);
        return new OtlpTarget(
                new OtlpTarget.Setup(url, Map.of("Authorization", "Bearer 1"), "gzip", timeout, facts, true), Map.of());
    }

    private static Outcome send(PostReceiver.Reply reply, Duration timeout) throws Exception {
        try (PostReceiver receiver = new PostReceiver(reply);
                OtlpTarget target = target(receiver.url(""), timeout)) {
            return target.send(BATCH);
        }
    }

    private static Outcome send(PostReceiver.Reply reply) throws Exception {
        return send(reply, Duration.ofSeconds(60));
    }

    @Test
    void shouldSendToThePathOfTheSignal() throws Exception {
        try (PostReceiver receiver = new PostReceiver((_, _) -> 200);
                OtlpTarget target = target(receiver.url("/base"), Duration.ofSeconds(60))) {
            assertEquals(Outcome.Accepted.ALL, target.send(BATCH));
            assertEquals(Outcome.Accepted.ALL, target.send(new PushBatch.MetricValues(List.of(), 0)));
            assertEquals(
                    List.of("/base/v1/logs", "/base/v1/metrics"),
                    receiver.accepted().stream().map(PostReceiver.Request::path).toList());
            assertEquals(
                    "Bearer 1", receiver.accepted().getFirst().authorization().orElse(""));
            assertEquals(
                    "application/x-protobuf", receiver.accepted().getFirst().type());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void shouldSendAgainIfTheCollectorIsBusy(int status) throws Exception {
        assertEquals(new Outcome.Later("status " + status), send((_, _) -> status));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 413, 500})
    void shouldGiveUpWhatTheCollectorRefuses(int status) throws Exception {
        assertEquals(new Outcome.Refused("status " + status), send((_, _) -> status));
    }

    @Test
    void shouldSendAgainIfNobodyListens() throws Exception {
        PostReceiver receiver = new PostReceiver((_, _) -> 200);
        receiver.close();
        try (OtlpTarget target = target(receiver.url(""), Duration.ofSeconds(60))) {
            assertInstanceOf(Outcome.Later.class, target.send(BATCH));
        }
    }

    @ParameterizedTest
    @CsvSource({"301", "302", "307", "308"})
    void shouldFollowNoRedirect(int status) throws Exception {
        try (PostReceiver other = new PostReceiver((_, _) -> 200)) {
            Outcome outcome = send((_, exchange) -> {
                exchange.getResponseHeaders().set("Location", other.url("/v1/logs"));
                return status;
            });
            assertEquals(new Outcome.Refused("status " + status), outcome);
            assertEquals(0, other.attempts());
        }
    }

    @Test
    void shouldNotReadAHugeAnswer() throws Exception {
        AtomicLong written = new AtomicLong();
        Outcome outcome = send((_, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            try {
                while (written.get() < 1L << 30) {
                    body.write(new byte[65_536]);
                    written.addAndGet(65_536);
                }
            } catch (IOException closed) {
                return 0; // the client has read enough
            }
            return 0;
        });
        assertInstanceOf(Outcome.Later.class, outcome);
        assertTrue(written.get() < 64 << 20, "written: " + written);
    }

    @Test
    void shouldGiveUpAnAnswerThatDoesNotComeOrDoesNotEnd() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (PostReceiver receiver = new PostReceiver((attempt, exchange) -> {
                    if (attempt == 2) {
                        exchange.sendResponseHeaders(200, 0);
                        exchange.getResponseBody().write(1);
                        exchange.getResponseBody().flush();
                    }
                    if (attempt < 3) {
                        await(release);
                    }
                    return attempt == 2 ? 0 : 200;
                });
                OtlpTarget target = target(receiver.url(""), Duration.ofMillis(300))) {
            assertInstanceOf(Outcome.Later.class, target.send(BATCH), "no answer");
            assertInstanceOf(Outcome.Later.class, target.send(BATCH), "an answer that does not end");
            assertEquals(Outcome.Accepted.ALL, target.send(BATCH), "the next request is not affected");
            release.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
