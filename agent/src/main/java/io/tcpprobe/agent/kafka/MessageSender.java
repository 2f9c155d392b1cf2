package io.tcpprobe.agent.kafka;

import io.tcpprobe.agent.push.PushTarget;
import java.util.List;

/** Sends messages to Kafka. Not thread-safe. */
public interface MessageSender extends AutoCloseable {
    /**
     * Sends messages, and waits for a limited time until the brokers have stored them. A list that is not
     * stored yet is sent again as the same object; other lists may be sent between. Its messages are then not sent twice.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    PushTarget.Outcome send(List<KafkaMessage> messages) throws InterruptedException;

    /** Closes the connections, without waiting for answers of the brokers; it waits for the threads of Kafka's client. */
    @Override
    void close();
}
