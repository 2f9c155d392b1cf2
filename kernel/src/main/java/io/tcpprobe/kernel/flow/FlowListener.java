package io.tcpprobe.kernel.flow;

/** Is notified of changes of flows. It must return quickly and must not throw. */
@FunctionalInterface
public interface FlowListener {
    /** The kind of a change. */
    enum Change {
        /** The connection is established. */
        ESTABLISHED,
        /** The connection has left the state ESTABLISHED; it may remain half-closed. */
        LEFT,
        /** The connection has ended. */
        ENDED,
        /**
         * A connect() has failed. The row has an id of its own, the endpoints, the process, {@link FlowField#END_REASON} and
         * little else. Sources that do not observe failures do not report them. If the attempt was in a snapshot, its flow
         * is reported as {@link #ENDED} instead.
         */
        FAILED
    }

    /** A subscription to a source; closing it ends the notifications. */
    interface Subscription extends AutoCloseable {
        /** Returns true if the source notifies during refreshes only, so that the caller must refresh it regularly. */
        boolean atRefreshes();

        @Override
        void close();
    }

    /**
     * A flow has changed.
     *
     * @param flow the row of the flow at the time of the change; valid during this call only
     */
    void happened(Change change, FlowRows flow);
}
