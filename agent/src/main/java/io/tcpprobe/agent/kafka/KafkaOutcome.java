package io.tcpprobe.agent.kafka;

/** What has become of messages. */
public sealed interface KafkaOutcome {
    /**
     * The brokers have stored them.
     *
     * @param rejected how many of them were rejected for good
     * @param why why they were; empty if none was
     */
    record Stored(int rejected, String why) implements KafkaOutcome {}

    /** Some are not stored yet: the same list is to be sent again. */
    record Later(String why) implements KafkaOutcome {}
}
