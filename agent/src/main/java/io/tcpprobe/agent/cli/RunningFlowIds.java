package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.state.RunningFile;
import io.tcpprobe.agent.terminal.FlowIdLookup;
import io.tcpprobe.kernel.flow.FlowField;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jspecify.annotations.Nullable;

/**
 * Asks the running agent over HTTP, by the operation {@code query} of the MBean {@code type=Flows}. A flow is identified by its network
 * namespace and its socket's cookie. An agent that does not respond in time is not asked again.
 */
final class RunningFlowIds implements FlowIdLookup {
    /** Maximum number of requests in one array; the agent accepts 50. */
    private static final int BATCH = 40;

    /** Maximum number of flows that are looked up. */
    private static final int MAX_FLOWS = 1000;

    /** Maximum number of flows with the same ports that are compared; every agent permits as many. */
    private static final int MAX_ROWS = 100;

    private final AgentClient agent;
    private boolean silent;

    private RunningFlowIds(AgentClient agent) {
        this.agent = agent;
    }

    /** Returns a lookup in this agent; {@link FlowIdLookup#NONE} if it does not listen for HTTP. */
    static FlowIdLookup in(RunningFile.Running agent) {
        return AgentClient.of(agent).<FlowIdLookup>map(RunningFlowIds::new).orElse(FlowIdLookup.NONE);
    }

    @Override
    public Map<Integer, Long> ids(List<Flow> flows) {
        Map<Integer, Long> ids = new HashMap<>();
        try {
            for (int from = 0; from < Math.min(flows.size(), MAX_FLOWS) && !silent; from += BATCH) {
                addBatch(flows, from, Math.min(from + BATCH, flows.size()), ids);
            }
        } catch (IOException _) {
            silent = true; // another namespace, a firewall, or another program on its port: no ids are available
        }
        return silent ? Map.of() : ids;
    }

    private void addBatch(List<Flow> flows, int from, int to, Map<Integer, Long> ids) throws IOException {
        JSONArray requests = new JSONArray();
        for (Flow flow : flows.subList(from, to)) {
            requests.add(find(flow));
        }
        JSONArray answers = agent.post(requests);
        for (int i = 0; i < Math.min(answers.size(), to - from); i++) {
            Long id = id(flows.get(from + i), answers.get(i));
            if (id != null) {
                ids.put(from + i, id);
            }
        }
    }

    /** Searches by both ports: few connections have the same ones. */
    private static JSONObject find(Flow flow) {
        String where =
                "sport = " + flow.number(FlowField.LOCAL_PORT) + " and dport = " + flow.number(FlowField.REMOTE_PORT);
        String columns = FlowField.COOKIE.label() + ',' + FlowField.NETWORK_NAMESPACE.label();
        return AgentClient.request("Flows", "query", where, "", false, 0, MAX_ROWS, columns);
    }

    private static @Nullable Long id(Flow flow, Object answer) {
        if (answer instanceof JSONObject response
                && response.get("value") instanceof JSONObject page
                && page.get("flows") instanceof JSONObject rows) {
            for (Object row : rows.values()) {
                if (row instanceof JSONObject found
                        && same(found, flow, FlowField.COOKIE)
                        && same(found, flow, FlowField.NETWORK_NAMESPACE)
                        && found.get("flowId") instanceof Number id) {
                    return id.longValue();
                }
            }
        }
        return null;
    }

    private static boolean same(JSONObject row, Flow flow, FlowField field) {
        return flow.has(field)
                && String.valueOf(row.get(field.label())).equals(Long.toUnsignedString(flow.number(field)));
    }
}
