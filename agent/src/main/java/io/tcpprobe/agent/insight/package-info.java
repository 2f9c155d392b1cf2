/** What limits a flow: pure functions over the rows of snapshots, and the earlier snapshot that they compare with. */
@NullMarked
package io.tcpprobe.agent.insight;

import org.jspecify.annotations.NullMarked;
