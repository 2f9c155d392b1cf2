/** The push connector that sends metrics, flow records and events by OTLP/HTTP. */
@NullMarked
package io.tcpprobe.agent.otlp;

import org.jspecify.annotations.NullMarked;
