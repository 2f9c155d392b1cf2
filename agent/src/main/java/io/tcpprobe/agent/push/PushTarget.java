package io.tcpprobe.agent.push;

/** Sends batches to a receiver in the protocol of a connector. Called by one thread only. */
public interface PushTarget extends AutoCloseable {
    /** What has become of a batch. */
    sealed interface Outcome {
        /**
         * The receiver has accepted it.
         *
         * @param rejected how many of its items the receiver has rejected for good
         * @param why why it has; empty if it has rejected none
         */
        record Accepted(int rejected, String why) implements Outcome {
            /** All items were accepted. */
            public static final Accepted ALL = new Accepted(0, "");
        }

        /** It may be accepted later: the same batch is sent again. */
        record Later(String why) implements Outcome {}

        /** It will never be accepted. */
        record Refused(String why) implements Outcome {}
    }

    /**
     * Sends a batch, and waits for the answer for a limited time.
     *
     * @throws InterruptedException if this thread is interrupted, because the agent stops
     */
    Outcome send(PushBatch batch) throws InterruptedException;

    /** Closes the connections; does not wait. */
    @Override
    void close();
}
