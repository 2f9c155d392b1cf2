@NullMarked
package io.tcpprobe.agent.kafka.client;

import org.jspecify.annotations.NullMarked;
