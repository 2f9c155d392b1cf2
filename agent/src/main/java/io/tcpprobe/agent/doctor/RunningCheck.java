package io.tcpprobe.agent.doctor;

import io.tcpprobe.agent.connector.ConnectorType;
import io.tcpprobe.agent.state.RunningFile;
import java.util.ArrayList;
import java.util.List;

/**
 * The agent that runs already: what it uses. Sources and ports are not tried then, because it has them.
 *
 * @param agent the agent
 * @param connectors all connectors
 */
record RunningCheck(RunningFile.Running agent, List<ConnectorType> connectors) implements Check {
    @Override
    public List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        found.add(Finding.ok("agent", "runs as process " + agent.pid() + ", with source " + agent.source()));
        for (ConnectorType type : connectors) {
            for (String address : agent.addresses(type.name())) {
                found.add(Finding.ok(type.listenerName(), "the agent listens on " + address));
            }
        }
        return found;
    }
}
