package io.tcpprobe.agent.fleet;

import io.tcpprobe.kernel.flow.EndReason;
import java.util.Optional;

/**
 * A simulated connection. Its counters grow evenly from 0 at its start to their totals at its end, so that their values are known at any
 * time.
 *
 * @param client the host that opened it
 * @param server the host that accepted it
 * @param clientPort the client's port
 * @param number distinguishes it from all others
 * @param startMillis when it was opened
 * @param endMillis when it was closed
 * @param toServer what the client sends
 * @param toClient what the server sends
 * @param rttMicros its round-trip time
 * @param failure why it was not established; empty if it was
 */
record SimulatedFlow(
        SimulatedHost client,
        SimulatedHost server,
        int clientPort,
        long number,
        long startMillis,
        long endMillis,
        Direction toServer,
        Direction toClient,
        long rttMicros,
        Optional<EndReason> failure) {
    static final long MSS = 1448;

    /**
     * What one endpoint sends in the whole life of the connection.
     *
     * @param segments segments with new data
     * @param lost segments that did not arrive; each is retransmitted once, and then arrives
     * @param spurious segments that had arrived and were retransmitted nevertheless
     */
    record Direction(long segments, long lost, long spurious) {
        long retransmitted() {
            return lost + spurious;
        }

        long sent() {
            return segments + retransmitted();
        }

        long arrived() {
            return sent() - lost;
        }
    }

    boolean failed() {
        return failure.isPresent();
    }

    /** Returns what an endpoint sends. */
    Direction sentBy(boolean byClient) {
        return byClient ? toServer : toClient;
    }

    /** Returns when an endpoint sees the end: the server half a round-trip time later. */
    long endMillis(boolean ofClient) {
        return ofClient ? endMillis : endMillis + rttMicros / 2000;
    }

    long startMillis(boolean ofClient) {
        return ofClient ? startMillis : startMillis + rttMicros / 2000;
    }

    /** Returns the value of a counter of an endpoint at a time. */
    long at(long total, boolean ofClient, long millis) {
        long life = endMillis(ofClient) - startMillis(ofClient);
        long age = Math.clamp(millis - startMillis(ofClient), 0, life);
        return life == 0 ? total : total * age / life;
    }
}
