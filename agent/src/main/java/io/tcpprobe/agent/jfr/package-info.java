/** Events of the JDK Flight Recorder: flows, verdicts and rules beside the garbage collector, in JDK Mission Control. */
@NullMarked
package io.tcpprobe.agent.jfr;

import org.jspecify.annotations.NullMarked;
