package io.tcpprobe.agent.http;

import io.tcpprobe.agent.threads.ExecutorProgress;
import io.tcpprobe.agent.threads.VitalPart;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bounded thread pool with a bounded queue for requests that have been read. A client that holds three quarters of all these
 * places gets no more. Idle threads end, and all are daemon threads, so an application in the same JVM does not wait for them.
 */
final class Workers implements AutoCloseable {
    private static final long KEEP_SECONDS = 10;

    private final String name;
    private final ThreadPoolExecutor threads;
    private final Places places;

    /**
     * Creates an idle pool.
     *
     * @param name prefix of the threads' names
     * @param atOnce maximum requests processed at once
     * @param waiting maximum requests in the queue
     */
    Workers(String name, int atOnce, int waiting) {
        this.name = name;
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = work -> Thread.ofPlatform()
                .daemon()
                .name(name + "-" + number.incrementAndGet())
                .unstarted(work);
        threads = new ThreadPoolExecutor(
                atOnce, atOnce, KEEP_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), factory);
        threads.allowCoreThreadTimeOut(true);
        places = new Places(atOnce + waiting);
    }

    /** Accepts a request of a client; returns false if there is no place for it. */
    boolean take(Object client, Runnable work) {
        if (!places.take(client)) {
            return false;
        }
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    places.release(client);
                }
            });
            return true;
        } catch (RejectedExecutionException full) {
            places.release(client);
            return false;
        } catch (Error failed) { // no thread could be created
            places.release(client);
            throw failed;
        }
    }

    /** Returns the pool as a part that must make progress. */
    VitalPart vitalPart() {
        return new ExecutorProgress(name, threads);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
