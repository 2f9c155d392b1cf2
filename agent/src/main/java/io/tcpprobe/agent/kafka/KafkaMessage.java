package io.tcpprobe.agent.kafka;

/**
 * A message for a topic.
 *
 * @param topic the topic
 * @param key messages of one key stay in order
 * @param value JSON
 */
public record KafkaMessage(String topic, String key, String value) {}
