package io.tcpprobe.agent.flowlog;

import io.tcpprobe.agent.filter.FlowFilter;
import io.tcpprobe.kernel.flow.FlowValue;
import java.time.Instant;
import java.util.Optional;

/**
 * What is searched for in the flow log.
 *
 * @param since only flows that ended then or later
 * @param filter only flows for which this holds
 * @param by the largest of these values first; the last flows that ended first if empty
 * @param limit maximum number of flows, at least 1
 */
public record LogQuery(Instant since, FlowFilter filter, Optional<FlowValue> by, int limit) {}
