package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.stream.Stream;

/** One flow of a snapshot. */
record FlowRow(FlowColumns flows, int at) {
    /**
     * The flow whose remote port is this (client), or whose local one is. Connections of earlier tests may still be ending, and one
     * can have had the same port in another namespace: the one seen last is meant.
     */
    static FlowRow of(FlowColumns flows, int port, boolean client) {
        FlowField end = client ? FlowField.REMOTE_PORT : FlowField.LOCAL_PORT;
        FlowRow newest = null;
        for (int i = 0; i < flows.size(); i++) {
            FlowRow row = new FlowRow(flows, i);
            if (row.get(end) != port) {
                continue;
            }
            if (newest != null && row.sameEndpoints(newest)) {
                throw new AssertionError("one connection twice, of port " + port);
            }
            if (newest == null || row.get(FlowField.FIRST_SEEN) > newest.get(FlowField.FIRST_SEEN)) {
                newest = row;
            }
        }
        if (newest == null) {
            throw new AssertionError("no flow of port " + port + " among " + flows.size());
        }
        return newest;
    }

    private boolean sameEndpoints(FlowRow other) {
        return Stream.of(FlowField.LOCAL_PORT, FlowField.REMOTE_PORT, FlowField.NETWORK_NAMESPACE)
                .allMatch(field -> get(field) == other.get(field));
    }

    boolean has(FlowField field) {
        return flows.has(field, at);
    }

    long get(FlowField field) {
        return flows.number(field, at);
    }
}
