/** Flow records of simulated hosts, and what a job that reads them must compute. */
@NullMarked
package io.tcpprobe.agent.fleet;

import org.jspecify.annotations.NullMarked;
