/** Rules that are evaluated regularly, and the events that they raise and clear. */
@org.jspecify.annotations.NullMarked
package io.tcpprobe.agent.events;
