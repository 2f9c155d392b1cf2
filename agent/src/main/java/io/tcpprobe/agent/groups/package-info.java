/** Flows summed by role, port, process, container, pod and peer: bounded groups with counters that never fall. */
@NullMarked
package io.tcpprobe.agent.groups;

import org.jspecify.annotations.NullMarked;
