package io.tcpprobe.agent.threads;

import io.tcpprobe.agent.logging.BoundedLog;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task repeatedly on its own thread, such as the receiving thread of a connector. Whatever the task throws, including an
 * OutOfMemoryError, the thread pauses and runs it again. After many consecutive failures, over half a minute, the thread gives up and
 * notifies its owner: it never ends silently.
 */
public final class VitalThread implements AutoCloseable {
    /** The number of consecutive failures after which the thread gives up. */
    static final int MAX_FAILURES = 20;

    private static final Logger LOG = LoggerFactory.getLogger(VitalThread.class);
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long MAX_PAUSE_MILLIS = 2000;
    private static final long JOIN_MILLIS = 2000;

    private final String name;
    private final Task task;
    private final Runnable wake;
    private final Consumer<Throwable> onGiveUp;
    private final long maxPauseMillis;
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final Thread thread;
    private volatile boolean closed;

    /**
     * A task that returns soon: when it has received something, or when it is woken up. It throws only failures that it cannot handle. It
     * must handle every failure that a client can cause, or clients could make the thread give up.
     */
    @FunctionalInterface
    public interface Task {
        /** Runs the task once. */
        void run() throws Exception;
    }

    private VitalThread(String name, Task task, Runnable wake, Consumer<Throwable> onGiveUp, long maxPauseMillis) {
        this.name = name;
        this.task = task;
        this.wake = wake;
        this.onGiveUp = onGiveUp;
        this.maxPauseMillis = maxPauseMillis;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @param name the name of the thread
     * @param task run repeatedly until {@link #close}
     * @param wake ends the current or next wait of the task; called by {@link #close}
     * @param onGiveUp receives the last failure when the thread gives up; called at most once, on the thread
     */
    public static VitalThread start(String name, Task task, Runnable wake, Consumer<Throwable> onGiveUp) {
        return start(name, task, wake, onGiveUp, MAX_PAUSE_MILLIS);
    }

    /** Starts a thread with this maximum for the pauses after failures. */
    static VitalThread start(String name, Task task, Runnable wake, Consumer<Throwable> onGiveUp, long maxPauseMillis) {
        VitalThread started = new VitalThread(name, task, wake, onGiveUp, maxPauseMillis);
        started.thread.start();
        return started;
    }

    private void run() {
        int failures = 0;
        while (!closed) {
            try {
                task.run();
                failures = 0;
            } catch (Throwable failed) { // an Error as well: the thread must not die
                failures++;
                if (!closed && !pauseAfterFailure(failed, failures)) {
                    return;
                }
            }
        }
    }

    /** Logs the failure and pauses; returns false if the thread has given up. Throws nothing: the heap may still be full. */
    private boolean pauseAfterFailure(Throwable failed, int failures) {
        try {
            if (failures >= MAX_FAILURES) {
                closed = true;
                onGiveUp.accept(failed);
                return false;
            }
            report(failed);
            TimeUnit.MILLISECONDS.sleep(Math.min(maxPauseMillis, FIRST_PAUSE_MILLIS << Math.min(failures, 16)));
        } catch (InterruptedException _) {
            return true; // woken up by close()
        } catch (Throwable _) {
            return !closed; // if the cause persists, the task will fail again
        }
        return true;
    }

    /** Logs a failure. Must not prevent the pause: with a full heap even logging may fail. */
    private void report(Throwable failed) {
        try {
            log.warn(
                    LOG,
                    name + " failed and continues",
                    "",
                    name + " failed and continues: " + BoundedLog.brief(failed));
        } catch (RuntimeException | Error _) {
            return; // it fails again, and is logged when there is memory
        }
    }

    /** Returns true if the thread runs. */
    public boolean alive() {
        return thread.isAlive();
    }

    /** Returns true if the thread runs and is not the calling thread. */
    public boolean busy() {
        return thread.isAlive() && !thread.equals(Thread.currentThread());
    }

    /** Ends the thread after its current task, and waits for that for a limited time. The thread itself may call this. */
    @Override
    public void close() {
        closed = true;
        wake.run();
        if (!busy()) {
            return;
        }
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
