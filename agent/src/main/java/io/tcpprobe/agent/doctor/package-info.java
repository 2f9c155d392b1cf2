/** Checks of what the agent needs from this host, each with its remedy. Nothing on the host is changed. */
@NullMarked
package io.tcpprobe.agent.doctor;

import org.jspecify.annotations.NullMarked;
