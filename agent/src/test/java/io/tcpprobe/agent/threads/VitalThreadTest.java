package io.tcpprobe.agent.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VitalThreadTest {
    @Test
    void shouldContinueAfterAnyThrowableOfItsTask() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch fifth = new CountDownLatch(1);
        try (VitalThread thread = VitalThread.start(
                "test-vital",
                () -> {
                    switch (runs.incrementAndGet()) {
                        case 1 -> throw new OutOfMemoryError("made up");
                        case 2 -> throw new StackOverflowError("made up");
                        case 3 -> throw new java.io.IOException("made up");
                        case 5 -> fifth.countDown();
                        default -> TimeUnit.MILLISECONDS.sleep(1); // one run
                    }
                },
                () -> {},
                _ -> {})) {
            assertTrue(fifth.await(30, TimeUnit.SECONDS), () -> runs + " runs");
            assertTrue(thread.alive());
        }
    }

    @Test
    void shouldGiveUpAfterRepeatedFailures() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Throwable> onGiveUp = new CompletableFuture<>();
        try (VitalThread thread = VitalThread.start(
                "test-vital",
                () -> {
                    throw new IllegalStateException("number " + runs.incrementAndGet());
                },
                () -> {},
                onGiveUp::complete,
                1)) {
            assertEquals(
                    "number " + VitalThread.MAX_FAILURES,
                    onGiveUp.get(120, TimeUnit.SECONDS).getMessage());
            Waiting.until("the end of the thread", () -> !thread.alive());
            assertEquals(VitalThread.MAX_FAILURES, runs.get());
        }
    }

    @Test
    void shouldExitOwnProcessWithStatusButNotAnApplication() {
        List<Object> done = new ArrayList<>();
        LastResort.ending(done::add).failed("http", new OutOfMemoryError("made up"), () -> done.add("closed"));
        LastResort.closing().failed("http", new OutOfMemoryError("made up"), () -> done.add("closed"));
        assertEquals(List.of(LastResort.EXIT_STATUS, "closed"), done);
    }
}
