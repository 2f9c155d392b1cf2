/** The SNMP door: SNMP4J-Agent serves what our lists say. */
@NullMarked
package io.tcpprobe.agent.snmp;

import org.jspecify.annotations.NullMarked;
