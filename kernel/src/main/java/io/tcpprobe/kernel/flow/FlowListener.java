package io.tcpprobe.kernel.flow;

/** Hears of what happens to flows. It is to be quick, and not to fail. */
@FunctionalInterface
public interface FlowListener {
    /** What has happened. */
    enum Change {
        /** The connection is established. */
        ESTABLISHED,
        /** It is established no longer; it may live on half closed. */
        LEFT,
        /** It has ended. */
        ENDED
    }

    /** A source that tells; closing it ends that. */
    interface Subscription extends AutoCloseable {
        /** Whether the source tells at its refreshes only, so that somebody has to see to these. */
        boolean atRefreshes();

        @Override
        void close();
    }

    /**
     * Something has happened.
     *
     * @param flow the flow's row alone, as it was then; valid during this call only
     */
    void happened(Change change, FlowRows flow);
}
