/** The commands of the command line. */
@NullMarked
package io.tcpprobe.agent.cli;

import org.jspecify.annotations.NullMarked;
