/** Threads that the agent cannot work without, and the handling of their failure. */
@NullMarked
package io.tcpprobe.agent.threads;

import org.jspecify.annotations.NullMarked;
