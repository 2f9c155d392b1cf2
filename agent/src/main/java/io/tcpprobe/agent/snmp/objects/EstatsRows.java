package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.estats.LiveAndEndedFlows;
import io.tcpprobe.agent.snmp.model.TableRows;

/**
 * Flows as rows of the TCP-ESTATS-MIB tables that are indexed by tcpEStatsConnectIndex.
 *
 * @param flows the flows
 * @param active true if the table is active; else it has no rows
 */
record EstatsRows(LiveAndEndedFlows flows, boolean active) implements TableRows {
    @Override
    public int size() {
        return active ? flows.size() : 0;
    }

    @Override
    public int index(int row, int[] arcs) {
        arcs[0] = (int) flows.id(row);
        return 1;
    }
}
