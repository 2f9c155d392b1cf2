/** The objects that are served: TCP-MIB, TCP-ESTATS-MIB, TCPPROBE-MIB, the system group, notifications. */
@NullMarked
package io.tcpprobe.agent.snmp.objects;

import org.jspecify.annotations.NullMarked;
