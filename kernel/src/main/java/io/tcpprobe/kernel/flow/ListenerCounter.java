package io.tcpprobe.kernel.flow;

/** A number that a source counts for each listener, over the connections to this listener alone. */
public enum ListenerCounter {
    /** SYNs received for the listener, those included that a peer has sent again. */
    SYNS,
    /** Connections for which the kernel has allocated state, and which are or were in the backlog: half open or established. */
    INITIAL,
    /** Connections that were established: the ACK that completes the handshake has arrived, and had room in the accept queue. */
    ESTABLISHED,
    /** Connections that a process has accepted. */
    ACCEPTED,
    /** Connections that were dropped from the backlog: half-open ones that timed out or were reset. */
    DROPPED,
    /** SYNs, and ACKs that complete the handshake, that were dropped because the accept queue was full. */
    OVERFLOWS,
    /** A gauge: connections that are accepted and in the state established. Known for listeners that began after the source. */
    CONNECTIONS,
    /** A gauge: connections in the backlog, half open or waiting to be accepted. */
    BACKLOG,
    /** A gauge: connections of the backlog that wait to be accepted, read at the same moment as {@link #BACKLOG}; never more. */
    ACCEPT_QUEUE
}
