package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import java.util.List;
import java.util.Map;

/** Looks up the ids that flows have in the running agent; each agent assigns its own ids. */
@FunctionalInterface
public interface FlowIdLookup {
    /** Finds no ids; used if no agent runs. */
    FlowIdLookup NONE = _ -> Map.of();

    /**
     * Looks up the ids of flows.
     *
     * @return the ids by index in the list, of those flows that the agent has; empty if no agent responds
     */
    Map<Integer, Long> ids(List<Flow> flows);
}
