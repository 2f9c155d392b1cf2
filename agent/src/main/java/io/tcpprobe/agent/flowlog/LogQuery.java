package io.tcpprobe.agent.flowlog;

import io.tcpprobe.agent.filter.FlowFilter;
import io.tcpprobe.kernel.flow.FlowField;
import java.time.Instant;
import java.util.Optional;

/**
 * What is searched for in the flow log.
 *
 * @param since only flows that ended then or later
 * @param filter only flows for which this holds
 * @param by the largest values of this field first; the last flows that ended first if empty
 * @param limit maximum number of flows, at least 1
 */
public record LogQuery(Instant since, FlowFilter filter, Optional<FlowField> by, int limit) {}
