/** The state folder of an agent: its files, its lock, and what commands read of a running agent. */
@NullMarked
package io.tcpprobe.agent.state;

import org.jspecify.annotations.NullMarked;
