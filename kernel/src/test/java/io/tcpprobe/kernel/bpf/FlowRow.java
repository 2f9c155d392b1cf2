package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;

/** One flow of a snapshot. */
record FlowRow(FlowColumns flows, int at) {
    /** The flow whose remote port is this (client), or whose local one is. */
    static FlowRow of(FlowColumns flows, int port, boolean client) {
        FlowField end = client ? FlowField.REMOTE_PORT : FlowField.LOCAL_PORT;
        for (int i = 0; i < flows.size(); i++) {
            if (flows.number(end, i) == port) {
                return new FlowRow(flows, i);
            }
        }
        throw new AssertionError("no flow of port " + port + " among " + flows.size());
    }

    boolean has(FlowField field) {
        return flows.has(field, at);
    }

    long get(FlowField field) {
        return flows.number(field, at);
    }
}
