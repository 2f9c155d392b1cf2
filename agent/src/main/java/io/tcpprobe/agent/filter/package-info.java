/** The language in which flows are searched: {@code remotePort = 443 and retrans > 10}. */
@NullMarked
package io.tcpprobe.agent.filter;

import org.jspecify.annotations.NullMarked;
