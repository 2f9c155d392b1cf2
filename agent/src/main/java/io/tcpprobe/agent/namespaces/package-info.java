/** The network namespaces of the host other than the agent's own: their TCP counters and their sockets. */
@NullMarked
package io.tcpprobe.agent.namespaces;

import org.jspecify.annotations.NullMarked;
