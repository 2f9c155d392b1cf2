/** The snapshot of all flows, its cache, and the values computed from it. */
@NullMarked
package io.tcpprobe.agent.flows;

import org.jspecify.annotations.NullMarked;
