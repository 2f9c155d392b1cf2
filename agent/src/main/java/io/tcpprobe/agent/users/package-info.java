/** Who may read and write, and the identity of the SNMP engine that their keys are bound to. */
@NullMarked
package io.tcpprobe.agent.users;

import org.jspecify.annotations.NullMarked;
