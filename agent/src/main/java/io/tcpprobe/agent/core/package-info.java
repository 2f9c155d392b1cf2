/** What all parts of the agent share: caches, background work, facts about the agent itself. */
@NullMarked
package io.tcpprobe.agent.core;

import org.jspecify.annotations.NullMarked;
