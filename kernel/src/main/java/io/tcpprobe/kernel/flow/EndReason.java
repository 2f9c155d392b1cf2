package io.tcpprobe.kernel.flow;

import java.util.Arrays;
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
    UNKNOWN(1, "unknown", "The cause could not be determined; socketError is the socket's error, if any."),
    FIN_SENT(2, "finSent", "This endpoint closed first: its FIN preceded the peer's."),
    FIN_RECEIVED(3, "finReceived", "The peer closed first: its FIN preceded ours."),
    RESET_SENT(
            4,
            "resetSent",
            "This endpoint sent a RST: the application closed with unread data or with SO_LINGER 0, or data arrived after"
                    + " close()."),
    RESET_RECEIVED(5, "resetReceived", "The peer sent a RST."),
    TIMED_OUT(6, "timedOut", "The peer did not acknowledge retransmissions or keepalive probes (ETIMEDOUT)."),
    CONNECTION_REFUSED(7, "connectionRefused", "connect() failed: the peer refused the SYN (ECONNREFUSED)."),
    CONNECT_TIMED_OUT(8, "connectTimedOut", "connect() failed: no SYN was answered (ETIMEDOUT)."),
    UNREACHABLE(9, "unreachable", "ICMP reported that the peer cannot be reached (EHOSTUNREACH, ENETUNREACH)."),
    DESTROYED(10, "destroyed", "An administrator destroyed the socket (SOCK_DESTROY, ss -K: ECONNABORTED)."),
    CONNECT_CANCELLED(
            11, "connectCancelled", "The application closed the socket before the connection was established."),
    CONNECT_FAILED(
            12,
            "connectFailed",
            "connect() failed with another error: that of socketError, or, if absent, before a SYN was sent.");

    private final int number;
    private final String label;
    private final String doc;

    EndReason(int number, String label, String doc) {
        this.number = number;
        this.label = label;
        this.doc = doc;
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

    /** Returns the reason with this number, or empty if there is none. */
    public static Optional<EndReason> of(long number) {
        return Arrays.stream(values()).filter(reason -> reason.number == number).findFirst();
    }

    /** Returns numbers and names in the form "1 unknown, 2 finSent". */
    static String list() {
        return Arrays.stream(values())
                .map(reason -> reason.number + " " + reason.label)
                .collect(Collectors.joining(", "));
    }
}
