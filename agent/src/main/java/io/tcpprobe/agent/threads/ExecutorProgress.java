package io.tcpprobe.agent.threads;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Observes an executor with an empty task that it must run. An executor with a long queue is not stalled as long as it completes tasks; one
 * that has been shut down is not stalled.
 */
public final class ExecutorProgress implements VitalPart {
    private final String name;
    private final ThreadPoolExecutor executor;
    private final AtomicBoolean waiting = new AtomicBoolean();

    /** Creates an observer of an executor; name is the part's name. */
    public ExecutorProgress(String name, ThreadPoolExecutor executor) {
        this.name = name;
        this.executor = executor;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Observation observe() {
        long completed = executor.getCompletedTaskCount();
        if (!waiting.getAndSet(true)) { // at most one task of ours is in the queue
            try {
                executor.execute(() -> waiting.set(false));
            } catch (RejectedExecutionException full) {
                waiting.set(false);
                return () -> executor.isShutdown() || executor.getCompletedTaskCount() != completed;
            } catch (OutOfMemoryError noThread) { // no thread could be created, and nothing is queued
                waiting.set(false);
                return () -> true;
            }
        }
        return () -> !waiting.get() || executor.isShutdown() || executor.getCompletedTaskCount() != completed;
    }
}
