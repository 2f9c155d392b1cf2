package io.tcpprobe.agent.snmp.objects;

import io.tcpprobe.agent.snmp.model.TableRows;

/** Rows with the index of a table of TCP-MIB, and values from elsewhere. */
interface EndpointRows extends TableRows {
    /** Returns the endpoints, in the order of their index. */
    SocketRows ends();

    @Override
    default int size() {
        return ends().size();
    }

    @Override
    default int index(int row, int[] arcs) {
        return ends().index(row, arcs);
    }

    /** Returns the place of a row where its values are. */
    default int place(int row) {
        return ends().places()[row];
    }
}
