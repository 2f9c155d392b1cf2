/** The records of /proc/net/tcpprobe: their text, and rows made from them and written as them. */
@NullMarked
package io.tcpprobe.kernel.records;

import org.jspecify.annotations.NullMarked;
