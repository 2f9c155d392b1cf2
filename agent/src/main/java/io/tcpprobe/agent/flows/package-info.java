/** The snapshot of all flows, who refreshes it, and what is computed from it. */
@NullMarked
package io.tcpprobe.agent.flows;

import org.jspecify.annotations.NullMarked;
