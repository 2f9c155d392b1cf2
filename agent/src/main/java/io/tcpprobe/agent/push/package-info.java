/** What push connectors share: flow records, bounded queues, and sending with retries. */
@NullMarked
package io.tcpprobe.agent.push;

import org.jspecify.annotations.NullMarked;
