/** Recordings summed up: the values of each connection, and the verdicts over time. */
@NullMarked
package io.tcpprobe.agent.report;

import org.jspecify.annotations.NullMarked;
