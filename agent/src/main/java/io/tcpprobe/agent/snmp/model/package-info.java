/** The object model: tables, columns, cursors, scalars, and the encoding of their values. */
@NullMarked
package io.tcpprobe.agent.snmp.model;

import org.jspecify.annotations.NullMarked;
