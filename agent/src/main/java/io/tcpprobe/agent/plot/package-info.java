/** Pictures of recorded connections, as SVG: the ceilings of the bytes in flight, round-trip times, congestion states. */
@NullMarked
package io.tcpprobe.agent.plot;

import org.jspecify.annotations.NullMarked;
