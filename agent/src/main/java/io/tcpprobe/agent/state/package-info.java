/** The state folder of an agent: its files, its lock, and the data of a running agent for commands. */
@NullMarked
package io.tcpprobe.agent.state;

import org.jspecify.annotations.NullMarked;
