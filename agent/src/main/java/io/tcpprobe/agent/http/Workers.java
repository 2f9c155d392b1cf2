package io.tcpprobe.agent.http;

import java.util.HashMap;
import java.util.Map;
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
    private final int share;
    private final Map<Object, Integer> byClient = new HashMap<>();

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
        share = Math.max(1, (atOnce + waiting) * 3 / 4);
    }

    /** Takes a request of a client; false if there is no place for it. */
    boolean take(Object client, Runnable work) {
        synchronized (byClient) {
            if (byClient.getOrDefault(client, 0) >= share) {
                return false;
            }
            byClient.merge(client, 1, Integer::sum);
        }
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    giveBack(client);
                }
            });
            return true;
        } catch (RejectedExecutionException full) {
            giveBack(client);
            return false;
        } catch (Error failed) { // no thread could be made
            giveBack(client);
            throw failed;
        }
    }

    private void giveBack(Object client) {
        synchronized (byClient) {
            byClient.computeIfPresent(client, (_, places) -> places == 1 ? null : places - 1);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
