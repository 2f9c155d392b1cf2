package io.tcpprobe.agent.events;

/**
 * What has become of the notices of a sink that sends them to receivers; a notice to two receivers counts twice.
 *
 * @param sent accepted by the receiver
 * @param failed refused by the receiver, or not accepted in time
 * @param dropped not sent because the queue was full
 */
public record Deliveries(long sent, long failed, long dropped) {
    /** No notice yet. */
    public static final Deliveries NONE = new Deliveries(0, 0, 0);

    /** Returns the sum of both. */
    public Deliveries plus(Deliveries other) {
        return new Deliveries(sent + other.sent, failed + other.failed, dropped + other.dropped);
    }
}
