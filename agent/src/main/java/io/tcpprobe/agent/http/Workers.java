package io.tcpprobe.agent.http;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Works on requests that have been read: so many at once, and so many more wait. A client that has three quarters of all
 * these places gets no other. The threads are there while there is work, and are of their own: an application in the same JVM does
 * not wait for them.
 */
final class Workers implements AutoCloseable {
    private static final long KEEP_SECONDS = 10;

    private final ThreadPoolExecutor threads;
    private final Places places;

    /**
     * Nothing to do yet.
     *
     * @param name what the threads' names begin with
     * @param atOnce how many requests are worked on at once
     * @param waiting how many wait at most
     */
    Workers(String name, int atOnce, int waiting) {
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

    /** Takes a request of a client; false if there is no place for it. */
    boolean take(Object client, Runnable work) {
        if (!places.take(client)) {
            return false;
        }
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    places.giveBack(client);
                }
            });
            return true;
        } catch (RejectedExecutionException full) {
            places.giveBack(client);
            return false;
        } catch (Error failed) { // no thread could be made
            places.giveBack(client);
            throw failed;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
