package io.tcpprobe.agent.core;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs one task at a time on its own thread, which exists only while there is a task. A task submitted while another one runs is discarded.
 */
public final class DiscardingExecutor implements Executor, AutoCloseable {
    private static final long KEEP_SECONDS = 10;

    private final ThreadPoolExecutor thread;

    /** Creates an executor; its thread gets this name and is started with the first task. */
    public DiscardingExecutor(String threadName) {
        thread = new ThreadPoolExecutor(
                0,
                1,
                KEEP_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().daemon().name(threadName).factory(),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public void execute(Runnable work) {
        thread.execute(work);
    }

    /** Waits for the running task; discards all tasks from now on. */
    @Override
    public void close() {
        thread.close();
    }
}
