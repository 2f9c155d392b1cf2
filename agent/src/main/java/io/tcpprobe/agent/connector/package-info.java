/** What a connector is: the interface by which managers reach the agent, and what it may serve. */
@NullMarked
package io.tcpprobe.agent.connector;

import org.jspecify.annotations.NullMarked;
