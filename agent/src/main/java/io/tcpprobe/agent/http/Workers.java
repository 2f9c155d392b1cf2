package io.tcpprobe.agent.http;

import io.tcpprobe.agent.threads.ExecutorProgress;
import io.tcpprobe.agent.threads.VitalPart;
import io.tcpprobe.kernel.ffi.Libc;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded thread pool with a bounded queue for requests that have been read. Its threads yield the processors to others, such as those that
 * answer SNMP: these have single values to return, while an HTTP request is a burst of work. A client that holds three quarters of all these
 * places gets no more. Idle threads end, and all are daemon threads, so an application in the same JVM does not wait for them.
 */
final class Workers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final long KEEP_SECONDS = 10;

    /** A thread with this nice value gets a tenth of the time of a usual one when both need the same processor. */
    private static final int NICE = 10;

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
                .unstarted(() -> {
                    yieldToOthers();
                    work.run();
                });
        threads = new ThreadPoolExecutor(
                atOnce, atOnce, KEEP_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), factory);
        threads.allowCoreThreadTimeOut(true);
        places = new Places(atOnce + waiting);
    }

    private static void yieldToOthers() {
        try {
            Libc.setNiceOfThread(NICE);
        } catch (IOException | LinkageError refused) {
            LOG.debug("lower the priority of {}: {}", Thread.currentThread().getName(), refused.toString());
        }
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
