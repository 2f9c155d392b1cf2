package io.tcpprobe.agent.kafka;

import java.util.List;

/** Sends messages to Kafka. Not thread-safe. */
public interface MessageSender extends AutoCloseable {
    /**
     * Sends messages, and waits for a limited time until the brokers have stored them. If the same list is sent again, those that are
     * stored are not sent twice.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    KafkaOutcome send(List<KafkaMessage> messages) throws InterruptedException;

    /** Closes the connections; does not wait. */
    @Override
    void close();
}
