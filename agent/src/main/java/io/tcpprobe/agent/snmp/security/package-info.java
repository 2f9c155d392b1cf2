/** Access control: users and communities, views (VACM), protection of keys. */
@NullMarked
package io.tcpprobe.agent.snmp.security;

import org.jspecify.annotations.NullMarked;
