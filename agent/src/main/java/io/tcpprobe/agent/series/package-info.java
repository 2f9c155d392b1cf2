/** Values of flows over time: every sample of the flows that are watched. */
@NullMarked
package io.tcpprobe.agent.series;

import org.jspecify.annotations.NullMarked;
