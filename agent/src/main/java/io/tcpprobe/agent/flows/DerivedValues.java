package io.tcpprobe.agent.flows;

import java.util.function.Supplier;

/**
 * What is derived from the rows of flows.
 *
 * @param verdicts computes what limits the flows
 * @param containers returns the containers that are known at present, and their pods
 */
public record DerivedValues(VerdictEvaluator verdicts, Supplier<ContainerNames> containers) {}
