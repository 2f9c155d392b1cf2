package io.tcpprobe.it;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.mibs.EstatsTable;
import io.tcpprobe.test.Waiting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One connection in the tables of TCP-ESTATS-MIB.
 *
 * @param snmp queries the agent
 * @param id tcpEStatsConnectIndex
 */
record EstatsRow(Snmp snmp, long id) {
    static final String ROOT = EstatsTable.ROOT.toString();
    private static final String CONNECTIONS = ROOT + ".1.1.2.1.1";
    private static final long MICROS = 1000;

    /** Waits for the connection between two ports, and returns it. */
    static EstatsRow find(Snmp snmp, int localPort, int remotePort) {
        Snmp.Varbind found = Waiting.until(
                        "the connection from port " + localPort,
                        () -> lookFor(snmp, localPort, remotePort),
                        Optional::isPresent)
                .orElseThrow();
        return new EstatsRow(snmp, found.number());
    }

    /** The index for IPv4: type, length and address before each port. */
    private static Optional<Snmp.Varbind> lookFor(Snmp snmp, int localPort, int remotePort) {
        String index = ".*\\." + localPort + "\\.1\\.4(\\.\\d+){4}\\." + remotePort;
        return snmp.bulkwalk(CONNECTIONS).stream()
                .filter(cell -> cell.oid().matches(index))
                .findFirst();
    }

    /** Returns a column of a table: 3 Perf, 4 Path, 5 Stack, 6 App, 7 Tune. */
    Snmp.Varbind get(int table, int column) {
        return snmp.get(oid(table, column));
    }

    private String oid(int table, int column) {
        return ROOT + ".1.1." + table + ".1." + column + "." + id;
    }

    /**
     * Waits until a connection is idle, and checks that every value that ss also shows is equal.
     *
     * @return the output of ss
     */
    SocketStatistics assertAgreesWithSs(Tools ss, int localPort, int remotePort) {
        return SocketStatistics.assertAgrees(ss, localPort, remotePort, seen -> expected(seen.expected()), snmp::get);
    }

    /** Returns the expected values by object id, in the units of RFC 4898. */
    private Map<String, Long> expected(Map<FlowField, Long> ss) {
        Map<String, Long> expected = new LinkedHashMap<>();
        long mss = ss.get(FlowField.MSS);
        put(expected, 3, 1, ss.get(FlowField.SEGS_OUT));
        put(expected, 3, 2, ss.get(FlowField.DATA_SEGS_OUT));
        put(expected, 3, 3, ss.get(FlowField.BYTES_SENT));
        put(expected, 3, 4, ss.get(FlowField.BYTES_SENT));
        put(expected, 3, 5, ss.get(FlowField.RETRANS));
        put(expected, 3, 6, ss.get(FlowField.BYTES_RETRANS));
        put(expected, 3, 7, ss.get(FlowField.SEGS_IN));
        put(expected, 3, 8, ss.get(FlowField.DATA_SEGS_IN));
        put(expected, 3, 9, ss.get(FlowField.BYTES_RECEIVED));
        put(expected, 3, 10, ss.get(FlowField.BYTES_RECEIVED));
        put(expected, 3, 14, mss);
        put(expected, 3, 17, ss.get(FlowField.SRTT) / MICROS);
        put(expected, 3, 18, ss.get(FlowField.RTO) / MICROS);
        put(expected, 3, 20, ss.get(FlowField.CWND) * mss);
        if (ss.containsKey(FlowField.SSTHRESH)) {
            put(expected, 3, 21, ss.get(FlowField.SSTHRESH) * mss);
        }
        put(expected, 3, 26, ss.get(FlowField.SEND_WINDOW));
        if (ss.containsKey(FlowField.REORDERING)) {
            put(expected, 4, 1, ss.get(FlowField.REORDERING));
        }
        put(expected, 4, 12, ss.get(FlowField.RTTVAR) / MICROS);
        put(expected, 5, 2, ss.get(FlowField.ADVERTISED_MSS));
        put(expected, 5, 34, ss.get(FlowField.DSACK_DUPS));
        put(expected, 5, 39, ss.get(FlowField.UNACKED) * mss);
        put(expected, 6, 4, ss.get(FlowField.BYTES_ACKED));
        put(expected, 6, 5, ss.get(FlowField.BYTES_ACKED));
        put(expected, 6, 7, ss.get(FlowField.BYTES_RECEIVED));
        put(expected, 6, 8, ss.get(FlowField.BYTES_RECEIVED));
        put(expected, 6, 11, ss.get(FlowField.NOT_SENT));
        put(expected, 6, 13, ss.get(FlowField.RECEIVE_QUEUE));
        return expected;
    }

    private void put(Map<String, Long> expected, int table, int column, long value) {
        expected.put(oid(table, column), value);
    }
}
