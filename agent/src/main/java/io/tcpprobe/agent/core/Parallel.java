package io.tcpprobe.agent.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Works on the parts of one computation at the same time. The calling thread works as well; the others end with the computation, so that
 * an agent that is not asked has none, and an application's shared pools are left alone.
 */
public final class Parallel {
    /** Maximum number of threads of one computation: a manager's request must not take all processors of a large host. */
    static final int MAX_THREADS = 4;

    private Parallel() {}

    /** Returns how many threads work on so many parts. */
    public static int threads(int parts) {
        return Math.clamp(parts, 1, Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Works on all parts and returns when each is done. A part that fails does not stop the others.
     *
     * @param name name of the threads
     * @param work called once for each part, by several threads; what it wrote is visible to the caller afterwards
     * @throws RuntimeException or an Error: the first with which a part failed
     */
    public static <T> void forEach(String name, List<T> parts, Consumer<? super T> work) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Runnable run = () -> {
            for (int part = next.getAndIncrement(); part < parts.size(); part = next.getAndIncrement()) {
                try {
                    work.accept(parts.get(part));
                } catch (RuntimeException | Error failed) {
                    failure.compareAndSet(null, failed);
                }
            }
        };
        List<Thread> helpers = start(name, threads(parts.size()) - 1, run);
        run.run();
        helpers.forEach(Parallel::join);
        switch (failure.get()) {
            case RuntimeException failed -> throw failed;
            case Error failed -> throw failed;
            case null, default -> {}
        }
    }

    /** Starts threads; fewer if the process may have no more. */
    private static List<Thread> start(String name, int count, Runnable run) {
        List<Thread> started = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                started.add(Thread.ofPlatform().daemon().name(name).start(run));
            }
        } catch (OutOfMemoryError _) {
            return started;
        }
        return started;
    }

    /** Waits, also if the caller is interrupted: the parts use what it will use after them. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
