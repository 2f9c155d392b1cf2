/** What the agent says of itself: what it is, what it runs on, what it costs. */
@NullMarked
package io.tcpprobe.agent.about;

import org.jspecify.annotations.NullMarked;
