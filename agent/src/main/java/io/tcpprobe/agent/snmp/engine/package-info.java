/** Messages and threads: transport, dispatching, answers to GET, GETNEXT and GETBULK, and their limits. */
@NullMarked
package io.tcpprobe.agent.snmp.engine;

import org.jspecify.annotations.NullMarked;
