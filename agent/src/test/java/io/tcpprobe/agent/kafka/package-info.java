@NullMarked
package io.tcpprobe.agent.kafka;

import org.jspecify.annotations.NullMarked;
