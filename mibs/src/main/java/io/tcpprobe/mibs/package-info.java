/** What it is called: object ids, and the mapping of fields, settings and counters to them. Knows no SNMP library. */
@NullMarked
package io.tcpprobe.mibs;

import org.jspecify.annotations.NullMarked;
