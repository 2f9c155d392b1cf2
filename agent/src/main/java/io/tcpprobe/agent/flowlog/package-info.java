/** The flow log: the last row of every ended connection, on disk, bounded by age and size. */
@NullMarked
package io.tcpprobe.agent.flowlog;

import org.jspecify.annotations.NullMarked;
