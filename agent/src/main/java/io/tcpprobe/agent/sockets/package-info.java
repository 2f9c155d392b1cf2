/** All TCP sockets of the host at one moment, in the orders of TCP-MIB's tables, and how connections are deleted. */
@NullMarked
package io.tcpprobe.agent.sockets;

import org.jspecify.annotations.NullMarked;
