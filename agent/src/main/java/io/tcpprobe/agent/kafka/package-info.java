/** Sends flow records, groups and events to Kafka. Kafka's classes are used in the package {@code client} only. */
@NullMarked
package io.tcpprobe.agent.kafka;

import org.jspecify.annotations.NullMarked;
