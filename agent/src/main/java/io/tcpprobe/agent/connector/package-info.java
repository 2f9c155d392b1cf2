/** The interface of a connector, through which managers access the agent, and the data that it may serve. */
@NullMarked
package io.tcpprobe.agent.connector;

import org.jspecify.annotations.NullMarked;
