package io.tcpprobe.kernel.flow;

import java.io.IOException;

/**
 * A few flows of which a source reports every sample that it can take: the source bpf one for each segment that TCP processes, the source diag
 * one for each poll. Used by one thread at a time. Close it before its source.
 */
public interface WatchedFlows extends AutoCloseable {
    /** Maximum number of flows. */
    int MAX_FLOWS = 32;

    /** What is reported of a flow. */
    enum Event {
        /** A sample. */
        SAMPLE,
        /** The connection has ended; the flow is no longer watched. */
        ENDED,
        /** The source no longer tracks the flow, although its connection may go on; it is no longer watched. */
        EVICTED
    }

    /** Receives the events of the flows, of each flow in their order. */
    @FunctionalInterface
    interface Listener {
        /**
         * A sample was taken, or a flow is no longer watched.
         *
         * @param flowId the flow
         * @param flow its values, which are valid during this call only; after ENDED and EVICTED they are the last known ones
         */
        void happened(Event event, long flowId, FlowValues flow);
    }

    /**
     * Watches a flow from now on; does nothing if it is watched already.
     *
     * @param flow its values in a snapshot
     * @return false if the source has no such flow any more
     * @throws IllegalStateException if {@link #MAX_FLOWS} flows are watched
     */
    boolean add(long flowId, FlowValues flow);

    /** Stops watching a flow; does nothing if it is not watched. */
    void remove(long flowId);

    /**
     * Reports the samples since the last call, in this thread; a source that polls takes them now. Call it every {@link #intervalMillis()}. The
     * samples that the source had no room for are missing: {@link FlowField#SAMPLES} counts all.
     *
     * @throws IOException if the kernel cannot be read
     */
    void drain(Listener listener) throws IOException;

    /** Returns the time between two calls of {@link #drain}, in milliseconds. */
    long intervalMillis();

    /** Stops watching all flows. */
    @Override
    void close();
}
