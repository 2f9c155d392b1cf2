package io.tcpprobe.mibs;

/** The tables of TCP-MIB: tcpConnTable of RFC 2012, which RFC 4022 deprecates, and those of RFC 4022. */
public enum TcpMibTable {
    /**
     * Indexed by local address and port, remote address and port; IPv4 only, including listeners. Columns 1 tcpConnState, 2
     * tcpConnLocalAddress, 3 tcpConnLocalPort, 4 tcpConnRemAddress, 5 tcpConnRemPort.
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

    /** The only value that a state can be SET to: it terminates the connection (RFC 4022, tcpConnectionState). */
    public static final int DELETE_TCB = 12;

    private final int arc;
    private final String label;

    TcpMibTable(int arc, String label) {
        this.arc = arc;
        this.label = label;
    }

    /** Returns the descriptor. */
    public String label() {
        return label;
    }

    /** Returns the entry of the table; column and index follow it. */
    public Oid entry() {
        return TcpMib.ROOT.then(arc, 1);
    }

    /** Returns the object id of a column, without index. */
    public Oid column(int column) {
        return entry().then(column);
    }
}
