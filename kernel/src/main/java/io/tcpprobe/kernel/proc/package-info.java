/** Readers of /proc: counters and sysctls of TCP, the owners of sockets, the capabilities of this process. */
@NullMarked
package io.tcpprobe.kernel.proc;

import org.jspecify.annotations.NullMarked;
