package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.flows.Flow;
import java.util.List;
import java.util.Map;

/** Tells what ids flows have in the agent that runs: ids are each agent's own. */
@FunctionalInterface
interface FlowIdLookup {
    /** For where no agent runs. */
    FlowIdLookup NONE = _ -> Map.of();

    /**
     * Looks up the ids of flows.
     *
     * @return the ids by place in the list, of those flows that the agent has; empty if no agent answers
     */
    Map<Integer, Long> ids(List<Flow> flows);
}
