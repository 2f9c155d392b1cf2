package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.test.Waiting;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedResultsTest {
    private final AtomicInteger computed = new AtomicInteger();
    private final SharedResults<String, Integer> results = new SharedResults<>(2);

    private static FlowSnapshot snapshot(long generation) {
        return new FlowSnapshot(TestRow.columns(TestRow.flow(1)), generation, 0, 0, Map.of(), Map.of(), 0);
    }

    private int ask(long generation, String request) {
        return results.of(snapshot(generation), request, computed::incrementAndGet);
    }

    @Test
    void shouldComputeOnceForEachSnapshot() {
        assertEquals(1, ask(5, "a"));
        assertEquals(1, ask(5, "a"));
        assertEquals(2, ask(5, "b"));
        assertEquals(3, ask(6, "a"));
        assertEquals(3, ask(6, "a"));
        assertEquals(4, ask(5, "a"), "of the earlier snapshot");
        assertEquals(3, ask(6, "a"));
    }

    @Test
    void shouldForgetTheResultThatWasNotAskedForLongest() {
        assertEquals(1, ask(5, "a"));
        assertEquals(2, ask(5, "b"));
        assertEquals(1, ask(5, "a"));
        assertEquals(3, ask(5, "c"));
        assertEquals(1, ask(5, "a"));
        assertEquals(4, ask(5, "b"));
    }

    @Test
    void shouldNotKeepAFailure() {
        var failed = assertThrows(
                IllegalStateException.class,
                () -> results.of(snapshot(5), "a", () -> {
                    throw new IllegalStateException("too long");
                }));
        assertEquals("too long", failed.getMessage());
        assertEquals(1, ask(5, "a"));
    }

    @Test
    void shouldHaveOthersWaitForTheFirst() throws Exception {
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        FutureTask<Integer> first = new FutureTask<>((Callable<Integer>) () -> results.of(snapshot(5), "a", () -> {
            computing.countDown();
            try {
                free.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            return computed.incrementAndGet();
        }));
        FutureTask<Integer> second = new FutureTask<>(() -> ask(5, "a"));
        Thread.ofPlatform().start(first);
        computing.await();
        Thread waiting = Thread.ofPlatform().start(second);
        Waiting.until("the second to wait", () -> waiting.getState() == Thread.State.WAITING);
        free.countDown();
        assertEquals(1, first.get());
        assertEquals(1, second.get());
    }
}
