/** The IPFIX connector: sends flow records to a collector as messages of RFC 7011. */
@NullMarked
package io.tcpprobe.agent.ipfix;

import org.jspecify.annotations.NullMarked;
