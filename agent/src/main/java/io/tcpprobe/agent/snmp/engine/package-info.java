/** Messages and threads: transport, dispatching, responses to GET, GETNEXT and GETBULK, and their limits. */
@NullMarked
package io.tcpprobe.agent.snmp.engine;

import org.jspecify.annotations.NullMarked;
