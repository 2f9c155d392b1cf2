/** Object ids, and the mapping of fields, settings and counters to them. Independent of any SNMP library. */
@NullMarked
package io.tcpprobe.mibs;

import org.jspecify.annotations.NullMarked;
