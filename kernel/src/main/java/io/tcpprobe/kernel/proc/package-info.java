/** What /proc tells: counters and settings of TCP, who has which socket open, what this process may do. */
@NullMarked
package io.tcpprobe.kernel.proc;

import org.jspecify.annotations.NullMarked;
