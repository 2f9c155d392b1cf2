package io.tcpprobe.kernel.flow;

/** A number that a source counts for each listener, over the connections to this listener alone. */
public enum ListenerCounter {
    /** SYNs received for the listener, those included that a peer has sent again. */
    SYNS("SynRcvd", false),
    /** Connections for which the kernel has allocated state, and which are or were in the backlog: half open or established. */
    INITIAL("Initial", false),
    /** Connections that were established: the ACK that completes the handshake has arrived, and had room in the accept queue. */
    ESTABLISHED("Established", false),
    /** Connections that a process has accepted. */
    ACCEPTED("Accepted", false),
    /** Connections that were dropped from the backlog: half-open ones that timed out or were reset. */
    DROPPED("ExceedBacklog", true),
    /** SYNs, and ACKs that complete the handshake, that were dropped because the accept queue was full. */
    OVERFLOWS("overflows", true),
    /** A gauge: connections that are accepted and in the state established. Known for listeners that began after the source. */
    CONNECTIONS("CurConns", true),
    /** A gauge: connections in the backlog, half open or waiting to be accepted. */
    BACKLOG("CurBacklog", true),
    /** A gauge: connections of the backlog that wait to be accepted, read at the same moment as {@link #BACKLOG}; never more. */
    ACCEPT_QUEUE("CurEstabBacklog", true);

    private final String label;
    private final boolean approximated;

    ListenerCounter(String label, boolean approximated) {
        this.label = label;
        this.approximated = approximated;
    }

    /**
     * Returns its name: that of its column in tcpEStatsListenerTable (RFC 4898), without the prefix. The overflows have no column; the event
     * listenerOverflow is raised by them.
     */
    public String label() {
        return label;
    }

    /** Returns true if an approximation is served where the source does not count it; otherwise it is absent. */
    public boolean approximated() {
        return approximated;
    }
}
