/** Threads that the agent cannot do without, and what happens when one of them cannot go on. */
@NullMarked
package io.tcpprobe.agent.threads;

import org.jspecify.annotations.NullMarked;
