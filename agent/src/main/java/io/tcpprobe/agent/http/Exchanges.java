package io.tcpprobe.agent.http;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each request and its answer in a virtual thread of its own: so many at once and no more. One that takes too long is
 * interrupted, which closes its connection; what it computes is bounded by the limits of {@link Reception}. So clients that send or read slowly, or not at
 * all, cannot keep the others out for long; the limits that the JDK's server has itself are system properties, which would
 * bind an application's servers in the same JVM as well.
 */
final class Exchanges implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);

    private final Semaphore places;
    private final Duration longest;
    private final ScheduledExecutorService clock;

    Exchanges(int atOnce, Duration longest) {
        this.places = new Semaphore(atOnce);
        this.longest = longest;
        this.clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("tcpprobe-http-clock").factory());
    }

    /** @throws RejectedExecutionException if too many run; the server closes the connection then */
    @Override
    public void execute(Runnable exchange) {
        if (!places.tryAcquire()) {
            throw new RejectedExecutionException("too many requests at once");
        }
        FutureTask<Void> work = new FutureTask<>(() -> run(exchange), null);
        try {
            Future<?> limit = clock.schedule(() -> work.cancel(true), longest.toMillis(), TimeUnit.MILLISECONDS);
            Thread.ofVirtual().name("tcpprobe-http").start(() -> {
                work.run();
                limit.cancel(false);
                places.release();
            });
        } catch (RejectedExecutionException closing) {
            places.release();
            throw closing;
        }
    }

    private static void run(Runnable exchange) {
        try {
            exchange.run();
        } catch (RuntimeException | Error failed) {
            LOG.warn("answer by HTTP: {}", failed.toString(), failed);
            throw failed;
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
