/** The counters of the host: /proc/net/snmp and /proc/net/netstat. */
@NullMarked
package io.tcpprobe.kernel.proc;

import org.jspecify.annotations.NullMarked;
