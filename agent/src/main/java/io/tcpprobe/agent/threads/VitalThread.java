package io.tcpprobe.agent.threads;

import io.tcpprobe.agent.logging.BoundedLog;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task again and again in a thread of its own, as the receiving thread of a connector does. Whatever the task throws,
 * an OutOfMemoryError as well, the thread pauses and runs it again. Only when it fails many times in a row, for half a minute,
 * does the thread give up, and reports that to somebody else: it never dies in silence.
 */
public final class VitalThread implements AutoCloseable {
    /** The task has failed so many times in a row when its thread gives up. */
    static final int MOST_FAILURES = 20;

    private static final Logger LOG = LoggerFactory.getLogger(VitalThread.class);
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    private static final long JOIN_MILLIS = 2000;

    private final String name;
    private final Task task;
    private final Runnable wake;
    private final Consumer<Throwable> gaveUp;
    private final long longestPauseMillis;
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final Thread thread;
    private volatile boolean closed;

    /**
     * A piece of work that returns soon: when it has received something, or when it is woken up. It throws what it cannot
     * help; a failure that a client can cause with every request it handles itself, or clients could make the thread give up.
     */
    @FunctionalInterface
    public interface Task {
        /** Does the work once. */
        void run() throws Exception;
    }

    private VitalThread(String name, Task task, Runnable wake, Consumer<Throwable> gaveUp, long longestPauseMillis) {
        this.name = name;
        this.task = task;
        this.wake = wake;
        this.gaveUp = gaveUp;
        this.longestPauseMillis = longestPauseMillis;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @param name of the thread
     * @param task is run again and again until {@link #close}
     * @param wake ends what the task waits for, now or the next time; called by {@link #close}
     * @param gaveUp receives the last failure when the thread gives up; called at most once, in the thread
     */
    public static VitalThread start(String name, Task task, Runnable wake, Consumer<Throwable> gaveUp) {
        return start(name, task, wake, gaveUp, LONGEST_PAUSE_MILLIS);
    }

    /** Starts a thread whose pauses after failures are at most this long. */
    static VitalThread start(
            String name, Task task, Runnable wake, Consumer<Throwable> gaveUp, long longestPauseMillis) {
        VitalThread started = new VitalThread(name, task, wake, gaveUp, longestPauseMillis);
        started.thread.start();
        return started;
    }

    private void run() {
        int failures = 0;
        while (!closed) {
            try {
                task.run();
                failures = 0;
            } catch (Throwable failed) { // an Error as well: a thread that has died serves nobody
                failures++;
                if (!closed && !survived(failed, failures)) {
                    return;
                }
            }
        }
    }

    /** Reports and pauses; returns false if the thread has given up. Throws nothing: the heap may still be full. */
    private boolean survived(Throwable failed, int failures) {
        try {
            if (failures >= MOST_FAILURES) {
                closed = true;
                gaveUp.accept(failed);
                return false;
            }
            report(failed);
            TimeUnit.MILLISECONDS.sleep(Math.min(longestPauseMillis, FIRST_PAUSE_MILLIS << Math.min(failures, 16)));
        } catch (InterruptedException _) {
            return true; // woken up by close()
        } catch (Throwable _) {
            return !closed; // what failed now will be seen again by the task
        }
        return true;
    }

    /** The pause matters more: with a full heap even the report may fail. */
    private void report(Throwable failed) {
        try {
            log.warn(LOG, name + " failed and goes on", "", name + " failed and goes on: " + BoundedLog.brief(failed));
        } catch (RuntimeException | Error _) {
            return; // it fails again, and is reported when there is room
        }
    }

    /** Whether the thread runs. */
    public boolean alive() {
        return thread.isAlive();
    }

    /** Whether the thread runs and is another than the one that asks. */
    public boolean busy() {
        return thread.isAlive() && !thread.equals(Thread.currentThread());
    }

    /** Ends the thread after the task that it runs now, and waits for that a while. The thread itself may call this. */
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
