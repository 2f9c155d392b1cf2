package io.tcpprobe.agent.threads;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VitalPartTest {
    private static void acquire(Semaphore semaphore) {
        semaphore.acquireUninterruptibly();
    }

    private static ThreadPoolExecutor oneThread() {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(2));
    }

    @Test
    void shouldFindAThreadThatDoesNotEndItsWork() throws Exception {
        WorkProgress progress = new WorkProgress("receiver");
        CountDownLatch working = new CountDownLatch(1);
        Semaphore mayEnd = new Semaphore(0);
        VitalPart.Observation idle = progress.observe();
        Thread thread = Thread.ofPlatform()
                .start(() -> progress.run(() -> {
                    working.countDown();
                    acquire(mayEnd);
                }));
        working.await();
        assertTrue(idle.progressed(), "the work began after the observation");
        VitalPart.Observation stalled = progress.observe();
        assertFalse(stalled.progressed());
        mayEnd.release();
        thread.join();
        assertTrue(stalled.progressed());
        assertTrue(progress.observe().progressed(), "idle");
    }

    @Test
    void shouldCountWorkThatFails() {
        WorkProgress progress = new WorkProgress("receiver");
        VitalPart.Observation observation = progress.observe();
        try {
            progress.run(() -> {
                throw new IllegalStateException("a failure");
            });
        } catch (IllegalStateException _) {
            assertTrue(observation.progressed());
        }
        assertTrue(progress.observe().progressed());
    }

    @Test
    void shouldFindAnExecutorThatRunsNothing() {
        try (ThreadPoolExecutor executor = oneThread()) {
            ExecutorProgress progress = new ExecutorProgress("background", executor);
            VitalPart.Observation idle = progress.observe();
            Waiting.until("the task", idle::progressed);
            Semaphore mayEnd = new Semaphore(0);
            executor.execute(() -> acquire(mayEnd));
            VitalPart.Observation stalled = progress.observe();
            assertFalse(stalled.progressed());
            VitalPart.Observation again = progress.observe();
            assertFalse(again.progressed(), "the task of the first observation still waits");
            mayEnd.release();
            Waiting.until("the task", again::progressed);
        }
    }

    @Test
    void shouldNotFindAnExecutorWithALongQueueThatProgresses() {
        try (ThreadPoolExecutor executor = oneThread()) {
            ExecutorProgress progress = new ExecutorProgress("background", executor);
            Semaphore mayEnd = new Semaphore(0);
            for (int i = 0; i < 3; i++) { // one runs, two fill the queue
                executor.execute(() -> acquire(mayEnd));
            }
            VitalPart.Observation full = progress.observe();
            assertFalse(full.progressed());
            mayEnd.release();
            Waiting.until("one completed task", full::progressed);
            mayEnd.release(2);
        }
    }

    @Test
    void shouldNotFindAnExecutorThatCouldNotCreateAThreadOnce() {
        AtomicInteger threads = new AtomicInteger();
        try (ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    if (threads.getAndIncrement() == 0) {
                        throw new OutOfMemoryError("made up");
                    }
                    return new Thread(task);
                })) {
            ExecutorProgress progress = new ExecutorProgress("pool", executor);
            assertTrue(progress.observe().progressed(), "nothing waits for a thread");
            VitalPart.Observation later = progress.observe();
            Waiting.until("the task", later::progressed);
        }
    }

    @Test
    void shouldNotFindAnExecutorThatHasBeenShutDown() {
        ThreadPoolExecutor executor = oneThread();
        executor.shutdown();
        assertTrue(new ExecutorProgress("background", executor).observe().progressed());
    }
}
