/** The sink that posts events to the receivers of the setting {@code events.webhook}. */
@NullMarked
package io.tcpprobe.agent.webhook;

import org.jspecify.annotations.NullMarked;
