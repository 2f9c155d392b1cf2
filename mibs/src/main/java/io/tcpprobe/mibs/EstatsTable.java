package io.tcpprobe.mibs;

import java.util.List;

/** The tables of TCP-ESTATS-MIB (RFC 4898). */
public enum EstatsTable {
    /** Indexed like tcpListenerTable of TCP-MIB. */
    LISTENER(1, "tcpEStatsListenerTable"),
    /** Indexed like tcpConnectionTable of TCP-MIB. */
    CONNECT_ID(2, "tcpEStatsConnectIdTable"),
    /** This table and all that follow are indexed by tcpEStatsConnectIndex, the flow id. */
    PERF(3, "tcpEStatsPerfTable"),
    PATH(4, "tcpEStatsPathTable"),
    STACK(5, "tcpEStatsStackTable"),
    APP(6, "tcpEStatsAppTable"),
    TUNE(7, "tcpEStatsTuneTable");

    /** tcpEStatsMIB. */
    public static final Oid ROOT = Oid.of(1, 3, 6, 1, 2, 1, 156);

    /** tcpEStatsListenerTableLastChange. */
    public static final Oid LISTENERS_CHANGED = ROOT.then(1, 3, 3);

    private final int arc;
    private final String label;

    EstatsTable(int arc, String label) {
        this.arc = arc;
        this.label = label;
    }

    /** Returns the descriptor. */
    public String label() {
        return label;
    }

    /** Returns the entry of the table; column and index follow it. */
    public Oid entry() {
        return ROOT.then(1, 1, arc, 1);
    }

    /** Returns all columns of the table, including unavailable ones, in the order of their ids. */
    public List<EstatsColumn> columns() {
        return switch (this) {
            case LISTENER -> EstatsListenerColumns.ALL;
            case CONNECT_ID -> EstatsListenerColumns.CONNECT_ID;
            case PERF -> EstatsPerfColumns.ALL;
            case PATH -> EstatsPathColumns.ALL;
            case STACK -> EstatsStackColumns.ALL;
            case APP -> EstatsAppColumns.APP;
            case TUNE -> EstatsAppColumns.TUNE;
        };
    }
}
