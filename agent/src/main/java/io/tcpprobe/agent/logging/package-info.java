/** What the agent says on standard error: one format, levels that follow the setting {@code debug}, one way for all libraries. */
@NullMarked
package io.tcpprobe.agent.logging;

import org.jspecify.annotations.NullMarked;
