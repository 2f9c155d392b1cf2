/** The part of the connector that uses Kafka's classes. It is in a jar of its own, beside them, and loaded only if the connector is on. */
@NullMarked
package io.tcpprobe.agent.kafka.client;

import org.jspecify.annotations.NullMarked;
