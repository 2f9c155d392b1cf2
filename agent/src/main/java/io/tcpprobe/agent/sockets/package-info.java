/** All TCP sockets of the host at one moment, in the orders of TCP-MIB's tables, and the deletion of connections. */
@NullMarked
package io.tcpprobe.agent.sockets;

import org.jspecify.annotations.NullMarked;
