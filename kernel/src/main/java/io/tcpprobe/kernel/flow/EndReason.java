package io.tcpprobe.kernel.flow;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why a connection ended, or why it was never established. The source {@code bpf} derives it in {@code end.h}, when the socket enters
 * CLOSE.
 * Numbers are never changed or reused; {@code enum end_reason} of flow_row.h is rendered from them.
 *
 * <p>A socket keeps its network namespace alive, so there is no reason "namespace deleted".
 */
public enum EndReason {
    UNKNOWN(
            1,
            "unknown",
            "The cause could not be determined; socketError is the socket's error, if any.",
            "None of the others: the socket was in repair mode, or has another error.",
            "A socket that is closed in repair mode (TCP_REPAIR).",
            "Look at socketError."),
    FIN_SENT(
            2,
            "finSent",
            "This endpoint closed first: its FIN preceded the peer's.",
            "The socket has no error, and was in FIN_WAIT_1 or FIN_WAIT_2 before the peer's FIN arrived.",
            "close() or shutdown() at this end, then at the other.",
            "Nothing to do. This end keeps the TIME_WAIT."),
    FIN_RECEIVED(
            3,
            "finReceived",
            "The peer closed first: its FIN preceded ours.",
            "The socket has no error, and leaves LAST_ACK.",
            "close() at the other end, then at this one.",
            "Nothing to do."),
    RESET_SENT(
            4,
            "resetSent",
            "This endpoint sent a RST: the application closed with unread data or with SO_LINGER 0, or data arrived after"
                    + " close().",
            "The socket is closed without an error in a state in which data can be transferred; or data arrived after close().",
            "close() with SO_LINGER 0, or with data in the receive queue.",
            "Look at the application of this host: it does not wait for the end of the data."),
    RESET_RECEIVED(
            5,
            "resetReceived",
            "The peer sent a RST.",
            "The socket's error is ECONNRESET or EPIPE, and no data arrived after close().",
            "close() with SO_LINGER 0 at the other end.",
            "Look at the application of the peer: it ended, or closed without reading. A device on the path can send a RST, too,"
                    + " after idle time: compare lastDataSent, and use keepalive."),
    TIMED_OUT(
            6,
            "timedOut",
            "The peer did not acknowledge retransmissions or keepalive probes (ETIMEDOUT).",
            "The socket's error is ETIMEDOUT.",
            "nft: drop all segments of an established connection, with a short TCP_USER_TIMEOUT.",
            "Check that the peer is up, and that routes and filters on the path did not change. tcp_retries2 and"
                    + " TCP_USER_TIMEOUT decide how long it takes."),
    CONNECTION_REFUSED(
            7,
            "connectionRefused",
            "connect() failed: the peer refused the SYN (ECONNREFUSED).",
            "The socket leaves SYN_SENT with the error ECONNREFUSED.",
            "connect() to a port without a listener.",
            "Start the service at the peer, or correct the port; a filter may answer with a RST, too."),
    CONNECT_TIMED_OUT(
            8,
            "connectTimedOut",
            "connect() failed: no SYN was answered (ETIMEDOUT).",
            "The socket leaves SYN_SENT with the error ETIMEDOUT.",
            "nft: drop the SYNs, with tcp_syn_retries 1.",
            "Look for a filter that drops SYNs, a peer that is down, or a listener whose queue is full (listenerOverflow there)."),
    UNREACHABLE(
            9,
            "unreachable",
            "ICMP reported that the peer cannot be reached (EHOSTUNREACH, ENETUNREACH).",
            "The socket's error, or the last one that ICMP reported to it, is EHOSTUNREACH, ENETUNREACH, EHOSTDOWN or ENETDOWN.",
            "connect() to an address of a local subnet that nobody has.",
            "Check routes and neighbours: ip route get, ip neigh."),
    DESTROYED(
            10,
            "destroyed",
            "An administrator destroyed the socket (SOCK_DESTROY, ss -K: ECONNABORTED).",
            "The socket's error is ECONNABORTED.",
            "ss -K, or a SET of tcpConnectionState to deleteTCB.",
            "Nothing to do. The agent logs the connections that it destroys, with the user."),
    CONNECT_CANCELLED(
            11,
            "connectCancelled",
            "The application closed the socket before the connection was established.",
            "The socket leaves SYN_SENT without an error, and a SYN was sent.",
            "connect() of a non-blocking socket to a peer that does not answer, then close().",
            "The application's own time limit is shorter than the kernel's: look for the cause as with connectTimedOut."),
    CONNECT_FAILED(
            12,
            "connectFailed",
            "connect() failed with another error: that of socketError, or, if absent, before a SYN was sent.",
            "The socket leaves SYN_SENT with another error, or before a SYN was sent.",
            "connect() when all local ports to the peer are in use.",
            "Look at socketError. Without it local ports were used up: see ip_local_port_range, and reuse connections.");

    private static final List<EndReason> ALL = List.of(values());

    private final int number;
    private final String label;
    private final String doc;
    private final String rule;
    private final String reproduced;
    private final String advice;

    EndReason(int number, String label, String doc, String rule, String reproduced, String advice) {
        this.number = number;
        this.label = label;
        this.doc = doc;
        this.rule = rule;
        this.reproduced = reproduced;
        this.advice = advice;
    }

    /** Returns its number, the value of {@link FlowField#END_REASON}. */
    public int number() {
        return number;
    }

    /** Returns its name in every projection. */
    public String label() {
        return label;
    }

    /** Returns its description. */
    public String doc() {
        return doc;
    }

    /** Returns the rule by which the source {@code bpf} finds it. */
    public String rule() {
        return rule;
    }

    /** Returns how to provoke it. */
    public String reproduced() {
        return reproduced;
    }

    /** Returns what to do about it. */
    public String advice() {
        return advice;
    }

    /** Returns the reason with this number, or empty if there is none. */
    public static Optional<EndReason> of(long number) {
        for (EndReason reason : ALL) {
            if (reason.number == number) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }

    /** Returns numbers and names in the form "1 unknown, 2 finSent". */
    static String list() {
        return Arrays.stream(values())
                .map(reason -> reason.number + " " + reason.label)
                .collect(Collectors.joining(", "));
    }
}
