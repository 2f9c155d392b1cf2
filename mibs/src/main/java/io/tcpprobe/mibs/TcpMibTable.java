package io.tcpprobe.mibs;

/** The tables of TCP-MIB: tcpConnTable of RFC 2012, which newer managers take for deprecated, and those of RFC 4022. */
public enum TcpMibTable {
    /**
     * Indexed by local address and port, remote address and port; IPv4 only, listeners among them. Columns 1 tcpConnState,
     * 2 tcpConnLocalAddress, 3 tcpConnLocalPort, 4 tcpConnRemAddress, 5 tcpConnRemPort.
     */
    CONN(13, "tcpConnTable"),
    /**
     * Indexed by type of the local address, local address and port, type of the remote address, remote address and port;
     * without listeners. Columns 7 tcpConnectionState, 8 tcpConnectionProcess.
     */
    CONNECTION(19, "tcpConnectionTable"),
    /** Indexed by type of the local address, local address and port. Column 4 tcpListenerProcess. */
    LISTENER(20, "tcpListenerTable");

    /** Column tcpConnState. */
    public static final int CONN_STATE = 1;

    /** Column tcpConnLocalAddress. */
    public static final int CONN_LOCAL_ADDRESS = 2;

    /** Column tcpConnLocalPort. */
    public static final int CONN_LOCAL_PORT = 3;

    /** Column tcpConnRemAddress. */
    public static final int CONN_REMOTE_ADDRESS = 4;

    /** Column tcpConnRemPort. */
    public static final int CONN_REMOTE_PORT = 5;

    /** Column tcpConnectionState. */
    public static final int CONNECTION_STATE = 7;

    /** Column tcpConnectionProcess. */
    public static final int CONNECTION_PROCESS = 8;

    /** Column tcpListenerProcess. */
    public static final int LISTENER_PROCESS = 4;

    /** The one value that a state can be SET to: it ends the connection (RFC 4022, tcpConnectionState). */
    public static final int DELETE_TCB = 12;

    private final int arc;
    private final String label;

    TcpMibTable(int arc, String label) {
        this.arc = arc;
        this.label = label;
    }

    /** Its descriptor. */
    public String label() {
        return label;
    }

    /** The table's entry; below it are column and index. */
    public Oid entry() {
        return TcpMib.ROOT.then(arc, 1);
    }

    /** A column, without index. */
    public Oid column(int column) {
        return entry().then(column);
    }
}
