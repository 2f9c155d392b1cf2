/** The model of flows: fields, rows, snapshots of rows, and the interface that each source implements. */
@NullMarked
package io.tcpprobe.kernel.flow;

import org.jspecify.annotations.NullMarked;
