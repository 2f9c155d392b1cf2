package io.tcpprobe.agent.core;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does work in a thread of its own that is there while there is work. What is given while it works is not done at all. */
public final class DiscardingExecutor implements Executor, AutoCloseable {
    private static final long KEEP_SECONDS = 10;

    private final ThreadPoolExecutor thread;

    /** There is no thread yet; when there is one, it has this name. */
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

    /** Waits for the work that is being done; takes none from now on. */
    @Override
    public void close() {
        thread.close();
    }
}
