package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.estats.LiveAndEndedFlows;
import io.tcpprobe.agent.snmp.model.TableRows;

/**
 * Flows as rows of the tables of TCP-ESTATS-MIB that tcpEStatsConnectIndex is the index of.
 *
 * @param flows the flows
 * @param active whether the table is; else it has no rows
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
