package io.tcpprobe.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.PushCounts;
import io.tcpprobe.agent.push.PushTarget.Outcome;
import io.tcpprobe.test.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SenderTest {
    private static final PushTimes TIMES =
            new PushTimes(Duration.ofMillis(20), Duration.ofMillis(2), Duration.ofMillis(20), Duration.ofSeconds(20));

    /** Fewer records than a batch are not sent before the end. */
    private static final PushTimes SLOW =
            new PushTimes(Duration.ofHours(1), TIMES.firstPause(), TIMES.lastPause(), TIMES.stop());

    /** A target that answers as the test says, and keeps what it has accepted. */
    private static final class Target implements PushTarget {
        private final List<PushBatch> accepted = new ArrayList<>();
        private final AtomicInteger attempts = new AtomicInteger();
        private volatile Outcome answer = Outcome.Accepted.ALL;
        private volatile boolean closed;

        @Override
        public Outcome send(PushBatch batch) throws InterruptedException {
            attempts.incrementAndGet();
            Outcome now = answer;
            if (now instanceof Outcome.Accepted) {
                synchronized (this) {
                    accepted.add(batch);
                }
            }
            return now;
        }

        synchronized List<Long> flowIds() {
            return accepted.stream()
                    .flatMap(batch -> batch instanceof PushBatch.Flows flows ? flows.records().stream() : null)
                    .map(flow -> flow.number(RecordField.FLOW_ID))
                    .toList();
        }

        synchronized int batches() {
            return accepted.size();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final Target target = new Target();

    private Sender start(PushTarget to) {
        return start(to, Optional.empty(), TIMES);
    }

    private static Sender start(PushTarget to, Optional<Sender.Periodic> periodic, PushTimes times) {
        return Sender.start(new Sender.Options("test", to, periodic, times, new Random(1), () -> 0));
    }

    private static void add(Sender sender, long from, long to) {
        LongStream.rangeClosed(from, to).forEach(id -> sender.accept(TestRecords.record(id)));
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void shouldSendRecordsInTheirOrderAndTogether() {
        try (Sender sender = start(target)) {
            int records = 2 * Sender.MAX_BATCH + 300;
            add(sender, 1, records);
            Waiting.until("records", target::flowIds, found -> found.size() == records);
            assertEquals(ids(1, records), target.flowIds());
            assertTrue(target.batches() >= 3, "a batch has at most MAX_BATCH records");
            assertTrue(target.batches() < 20, "records are gathered: " + target.batches());
            Waiting.until("count", () -> sender.statistics().sent() == records);
        }
        assertTrue(target.closed);
    }

    @Test
    void shouldSendAgainWhatWasNotAccepted() {
        target.answer = new Outcome.Later("it is down");
        try (Sender sender = start(target)) {
            add(sender, 1, 10);
            Waiting.until("attempts", () -> target.attempts.get() >= 4);
            PushCounts.Statistics down = Waiting.until("counted", sender::statistics, now -> now.retries() >= 3);
            assertEquals("it is down", down.lastFailure());
            assertEquals(10, down.waiting());
            target.answer = Outcome.Accepted.ALL;
            Waiting.until("recovery", () -> sender.statistics().sent() == 10);
            assertEquals(ids(1, 10), target.flowIds());
            assertEquals("", sender.statistics().lastFailure());
            assertEquals(0, sender.statistics().failed());
        }
    }

    @Test
    void shouldDropTheOldestRecordsWhenTheReceiverIsDown() {
        target.answer = new Outcome.Later("it is down");
        long batch = Sender.MAX_BATCH;
        long more = Sender.MAX_RECORDS + 2000;
        try (Sender sender = start(target, Optional.empty(), SLOW)) {
            add(sender, 1, batch);
            Waiting.until("first batch", () -> target.attempts.get() >= 1);
            add(sender, batch + 1, batch + more);
            assertEquals(2000, sender.statistics().dropped());
            assertEquals(batch + Sender.MAX_RECORDS, sender.statistics().waiting());
            target.answer = Outcome.Accepted.ALL;
            Waiting.until("recovery", () -> sender.statistics().sent() == batch + Sender.MAX_RECORDS);
            List<Long> expected = new ArrayList<>(ids(1, batch));
            expected.addAll(ids(batch + 2001, batch + more));
            assertEquals(expected, target.flowIds(), "the batch being sent, and the newest");
        }
    }

    @Test
    void shouldNotDelayWhoAddsWhileTheReceiverHangs() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        PushTarget hung = new PushTarget() {
            @Override
            public Outcome send(PushBatch batch) throws InterruptedException {
                hanging.countDown();
                release.await();
                return Outcome.Accepted.ALL;
            }

            @Override
            public void close() {}
        };
        try (Sender sender = start(hung)) {
            add(sender, 1, 1);
            assertTrue(hanging.await(90, TimeUnit.SECONDS));
            add(sender, 2, Sender.MAX_RECORDS + 11); // returns although the receiver hangs
            assertEquals(10, sender.statistics().dropped());
            release.countDown();
        }
    }

    @Test
    void shouldGiveUpARefusedBatchOnly() {
        target.answer = new Outcome.Refused("no");
        try (Sender sender = start(target)) {
            add(sender, 1, 7);
            Waiting.until("refusal", () -> sender.statistics().failed() == 7);
            target.answer = new Outcome.Accepted(1, "");
            add(sender, 8, 8); // one: several could be more than one batch
            Waiting.until(
                    "what was rejected of a batch", () -> sender.statistics().failed() == 8);
            target.answer = Outcome.Accepted.ALL;
            add(sender, 9, 18);
            Waiting.until("the rest", () -> sender.statistics().sent() == 10);
        }
    }

    @Test
    void shouldSurviveATargetThatThrows() {
        AtomicInteger calls = new AtomicInteger();
        PushTarget throwing = new PushTarget() {
            @Override
            public Outcome send(PushBatch batch) {
                if (calls.incrementAndGet() == 1) {
                    throw new NoClassDefFoundError("made up");
                }
                return Outcome.Accepted.ALL;
            }

            @Override
            public void close() {}
        };
        try (Sender sender = start(throwing)) {
            add(sender, 1, 1);
            Waiting.until("the first fails", () -> sender.statistics().failed() == 1);
            add(sender, 2, 2);
            Waiting.until("the second is sent", () -> sender.statistics().sent() == 1);
        }
    }

    @Test
    void shouldSendReadingsWhileRecordsAreNotAccepted() {
        AtomicInteger readings = new AtomicInteger();
        PushTarget noRecords = new PushTarget() {
            @Override
            public Outcome send(PushBatch batch) {
                return batch instanceof PushBatch.Flows ? new Outcome.Later("no logs") : Outcome.Accepted.ALL;
            }

            @Override
            public void close() {}
        };
        Sender.Periodic periodic = new Sender.Periodic(Duration.ofMillis(5), () -> {
            if (readings.incrementAndGet() % 2 == 0) {
                throw new IllegalStateException("made up");
            }
            return new PushBatch.MetricValues(List.of(), 0);
        });
        try (Sender sender = start(noRecords, Optional.of(periodic), TIMES)) {
            add(sender, 1, 1);
            Waiting.until("readings", () -> sender.statistics().sent() >= 3);
            Waiting.until("failed readings", () -> sender.statistics().failed() >= 2);
            Waiting.until("retries", () -> sender.statistics().retries() >= 1);
            assertEquals(1, sender.statistics().waiting());
        }
    }

    @Test
    void shouldSendWhatWaitsWhenItIsClosed() {
        try (Sender sender = start(target, Optional.empty(), SLOW)) {
            add(sender, 1, 200);
            assertFalse(target.closed);
        }
        assertEquals(ids(1, 200), target.flowIds());
    }

    @Test
    void shouldCountWhatIsAddedAfterItsEnd() {
        Sender sender = start(target);
        sender.close();
        add(sender, 1, 3);
        assertEquals(3, sender.statistics().failed());
        assertEquals(0, sender.statistics().waiting());
    }

    @Test
    void shouldEndThoughTheReceiverHangs() {
        PushTarget hung = new PushTarget() {
            @Override
            public Outcome send(PushBatch batch) throws InterruptedException {
                Thread.sleep(Duration.ofHours(1));
                return Outcome.Accepted.ALL;
            }

            @Override
            public void close() {}
        };
        PushTimes brief = new PushTimes(TIMES.gather(), TIMES.firstPause(), TIMES.lastPause(), Duration.ofMillis(50));
        Sender sender = start(hung, Optional.empty(), brief);
        add(sender, 1, 3);
        sender.close();
        assertEquals(3, sender.statistics().failed());
    }
}
