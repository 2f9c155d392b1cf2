/** The agent's log on standard error: one format, levels that follow the setting {@code debug}, the same for all libraries. */
@NullMarked
package io.tcpprobe.agent.logging;

import org.jspecify.annotations.NullMarked;
