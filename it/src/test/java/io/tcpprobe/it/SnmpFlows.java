package io.tcpprobe.it;

import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.test.Waiting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The flow table, read over SNMP.
 *
 * @param snmp queries the agent
 */
record SnmpFlows(Snmp snmp) {
    /** The object id of TCPPROBE-MIB by default. */
    static final String BASE = Settings.SNMP_BASEOID.defaultText();

    private static final String ENTRY = BASE + ".1.4.1.";

    /** Returns one column: values by flow id, in the order in which they were received. */
    Map<Long, Snmp.Varbind> column(FlowField field) {
        Map<Long, Snmp.Varbind> column = new LinkedHashMap<>();
        String prefix = ENTRY + field.id() + ".";
        for (Snmp.Varbind cell : snmp.bulkwalk(ENTRY + field.id())) {
            if (cell.oid().startsWith(prefix)) { // a walk of an empty column returns the column itself
                column.put(Long.parseLong(cell.oid().substring(prefix.length())), cell);
            }
        }
        return column;
    }

    /** Waits for the flow between two ports, and returns its id. */
    long find(int localPort, int remotePort) {
        return Waiting.until("the flow from port " + localPort, () -> lookFor(localPort, remotePort), id -> id > 0);
    }

    private long lookFor(int localPort, int remotePort) {
        Map<Long, Snmp.Varbind> remotes = column(FlowField.REMOTE_PORT);
        for (var local : column(FlowField.LOCAL_PORT).entrySet()) {
            Snmp.Varbind remote = remotes.get(local.getKey());
            if (local.getValue().number() == localPort && remote != null && remote.number() == remotePort) {
                return local.getKey();
            }
        }
        return 0;
    }

    /** Returns fields of one flow, by one GET. */
    Map<FlowField, Snmp.Varbind> fields(long flowId, List<FlowField> fields) {
        List<Snmp.Varbind> cells = snmp.get(
                fields.stream().map(field -> ENTRY + field.id() + "." + flowId).toList());
        Map<FlowField, Snmp.Varbind> byField = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            byField.put(fields.get(i), cells.get(i));
        }
        return byField;
    }

    /** Returns one field of one flow. */
    Snmp.Varbind field(long flowId, FlowField field) {
        return fields(flowId, List.of(field)).get(field);
    }

    /** Returns one computed value of one flow. */
    Snmp.Varbind verdict(long flowId, VerdictField field) {
        return snmp.get(List.of(ENTRY + field.id() + "." + flowId)).getFirst();
    }

    /** Returns one text of one flow. */
    Snmp.Varbind text(long flowId, FlowText text) {
        return snmp.get(List.of(ENTRY + text.id() + "." + flowId)).getFirst();
    }

    /**
     * Waits until a connection is idle, and checks that every field that ss shows has the same value here.
     *
     * @param ss where ss sees the connection
     * @return the output of ss
     */
    SocketStatistics assertAgreesWithSs(Tools ss, int localPort, int remotePort) {
        long flowId = find(localPort, remotePort);
        return SocketStatistics.assertAgrees(
                ss,
                localPort,
                remotePort,
                SocketStatistics::expected,
                asked -> List.copyOf(fields(flowId, asked).values()));
    }
}
