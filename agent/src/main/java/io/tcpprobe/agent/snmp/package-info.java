/** The SNMP connector: v1, v2c and v3 over UDP. Wiring only; see the packages below. */
@NullMarked
package io.tcpprobe.agent.snmp;

import org.jspecify.annotations.NullMarked;
