package io.tcpprobe.agent.push;

/**
 * The host that records come from.
 *
 * @param hostName its name
 * @param hostId its id, 32 hexadecimal digits; empty if it has none
 */
public record PushOrigin(String hostName, String hostId) {}
