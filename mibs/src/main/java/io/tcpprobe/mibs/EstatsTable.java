package io.tcpprobe.mibs;

import java.util.List;

/** The tables of TCP-ESTATS-MIB (RFC 4898). */
public enum EstatsTable {
    /** Indexed as tcpListenerTable of TCP-MIB. */
    LISTENER(1, "tcpEStatsListenerTable", EstatsListenerColumns.ALL),
    /** Indexed as tcpConnectionTable of TCP-MIB. */
    CONNECT_ID(2, "tcpEStatsConnectIdTable", EstatsListenerColumns.CONNECT_ID),
    /** This and all that follow are indexed by tcpEStatsConnectIndex, the flow's id. */
    PERF(3, "tcpEStatsPerfTable", EstatsPerfColumns.ALL),
    PATH(4, "tcpEStatsPathTable", EstatsPathColumns.ALL),
    STACK(5, "tcpEStatsStackTable", EstatsStackColumns.ALL),
    APP(6, "tcpEStatsAppTable", EstatsAppColumns.APP),
    TUNE(7, "tcpEStatsTuneTable", EstatsAppColumns.TUNE);

    /** tcpEStatsMIB. */
    public static final Oid ROOT = Oid.of(1, 3, 6, 1, 2, 1, 156);

    private final int arc;
    private final String label;
    private final List<EstatsColumn> columns;

    EstatsTable(int arc, String label, List<EstatsColumn> columns) {
        this.arc = arc;
        this.label = label;
        this.columns = columns;
    }

    /** Its descriptor. */
    public String label() {
        return label;
    }

    /** The table's entry; below it are column and index. */
    public Oid entry() {
        return ROOT.then(1, 1, arc, 1);
    }

    /** All columns of the module, what cannot be had among them, in the order of their ids. */
    public List<EstatsColumn> columns() {
        return columns;
    }
}
