package io.tcpprobe.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParallelTest {
    private static final int PARTS = 1000;

    private final AtomicIntegerArray done = new AtomicIntegerArray(PARTS);

    private static List<Integer> parts() {
        return IntStream.range(0, PARTS).boxed().toList();
    }

    private void assertEachOnce() {
        IntStream.range(0, PARTS).forEach(part -> assertEquals(1, done.get(part), () -> "part " + part));
    }

    @Test
    void shouldWorkOnEachPartOnce() {
        Parallel.forEach("test", parts(), done::incrementAndGet);
        assertEachOnce();
        Parallel.forEach("test", List.of(), _ -> done.incrementAndGet(0));
        assertEachOnce();
    }

    @Test
    void shouldWorkOnPartsAtTheSameTimeAndEndItsThreads() {
        int threads = Parallel.threads(PARTS);
        assertTrue(threads <= Parallel.MAX_THREADS);
        assertEquals(1, Parallel.threads(0));
        CountDownLatch all = new CountDownLatch(threads);
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        Parallel.forEach("test", IntStream.range(0, threads).boxed().toList(), _ -> {
            seen.add(Thread.currentThread());
            all.countDown();
            awaitQuietly(all);
        });
        assertEquals(threads, seen.size());
        seen.remove(Thread.currentThread());
        assertEquals(threads - 1, seen.size(), "the caller works as well");
        assertTrue(seen.stream().noneMatch(Thread::isAlive));
    }

    private static void awaitQuietly(CountDownLatch all) {
        try {
            all.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldDoAllPartsIfOneFails() {
        IllegalStateException failure = new IllegalStateException("part 7");
        var thrown = assertThrows(
                IllegalStateException.class,
                () -> Parallel.forEach("test", parts(), part -> {
                    done.incrementAndGet(part);
                    if (part == 7) {
                        throw failure;
                    }
                }));
        assertSame(failure, thrown);
        assertEachOnce();
    }

    @Test
    void shouldFinishAndStayInterruptedIfTheCallerIs() {
        Thread.currentThread().interrupt();
        Parallel.forEach("test", parts(), done::incrementAndGet);
        assertTrue(Thread.interrupted());
        assertEachOnce();
    }
}
