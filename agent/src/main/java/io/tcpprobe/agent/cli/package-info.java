/** The commands. */
@NullMarked
package io.tcpprobe.agent.cli;

import org.jspecify.annotations.NullMarked;
