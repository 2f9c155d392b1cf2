/** The records of /proc/net/tcpprobe: their text, and the conversion from and to rows. */
@NullMarked
package io.tcpprobe.kernel.records;

import org.jspecify.annotations.NullMarked;
