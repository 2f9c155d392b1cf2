package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.EndedFlowQueue;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowRows;

/**
 * Passes the last rows of flows that have ended to a target, on a thread of its own, so that the source of the flows never waits. Flows that
 * end faster than they can be written are dropped and counted.
 */
public final class EndedFlowWriter implements AutoCloseable {
    private static final long CLOSE_MILLIS = 5000;

    private final EndedFlowQueue waiting;
    private final long gatherMillis;
    private final Target target;
    private final Thread thread;

    /** Writes the rows. All methods are called by one thread. */
    public interface Target {
        /** Writes the rows of flows that have ended; there may be none. */
        void write(FlowColumns flows);

        /** Returns the maximum time until {@link #write} is called, in milliseconds; 0 = until a flow has ended. */
        default long maxMillis() {
            return 0;
        }

        /** Called with the cause if flows could not be written; later ones are passed on. */
        void failed(Throwable failure);

        /** Called when there are no more rows. */
        default void end() {}
    }

    private EndedFlowWriter(String name, int maxWaiting, long gatherMillis, Target target) {
        this.waiting = new EndedFlowQueue(maxWaiting);
        this.gatherMillis = gatherMillis;
        this.target = target;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /**
     * Starts the thread.
     *
     * @param name of the thread
     * @param maxWaiting maximum number of rows that wait to be written
     * @param gatherMillis how long it waits after a row, so that several are written together
     */
    public static EndedFlowWriter start(String name, int maxWaiting, long gatherMillis, Target target) {
        EndedFlowWriter writer = new EndedFlowWriter(name, maxWaiting, gatherMillis, target);
        writer.thread.start();
        return writer;
    }

    private void run() {
        try {
            while (!waiting.finished()) {
                try {
                    target.write(waiting.take(gatherMillis, target.maxMillis()));
                } catch (RuntimeException | Error failure) {
                    target.failed(failure);
                }
            }
        } catch (InterruptedException interrupted) { // only the end of the process interrupts this thread
            Thread.currentThread().interrupt();
            target.failed(interrupted);
        } finally {
            target.end();
        }
    }

    /** Adds the row of a flow; does not wait. */
    public void add(FlowRows flow) {
        waiting.add(flow);
    }

    /** Returns the number of flows that were dropped because too many waited. */
    public long dropped() {
        return waiting.dropped();
    }

    /** Writes what is waiting, for at most 5 s, and ends the thread. */
    @Override
    public void close() {
        close(CLOSE_MILLIS);
    }

    /** Writes what is waiting, for at most this time in milliseconds, and ends the thread. */
    public void close(long maxMillis) {
        waiting.close();
        try {
            thread.join(maxMillis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
