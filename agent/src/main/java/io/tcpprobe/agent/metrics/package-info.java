/** The agent's values as metrics: a bounded number of series, by names that monitoring systems expect. */
@NullMarked
package io.tcpprobe.agent.metrics;

import org.jspecify.annotations.NullMarked;
