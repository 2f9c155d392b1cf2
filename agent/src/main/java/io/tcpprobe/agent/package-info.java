/** The agent: starts all parts and connects them. */
@NullMarked
package io.tcpprobe.agent;

import org.jspecify.annotations.NullMarked;
