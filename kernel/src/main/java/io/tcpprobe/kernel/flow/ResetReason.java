package io.tcpprobe.kernel.flow;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why the kernel sent a RST: {@code enum sk_rst_reason} of include/net/rstreason.h (Linux 6.10). The kernel's numbers differ from one
 * version to the next; the programs convert them by the names in its type information. These numbers are never changed or reused;
 * {@code enum reset_reason} of flow_row.h is rendered from them.
 */
public enum ResetReason {
    /** A reason that this list does not have. */
    OTHER(1, "A reason of a later kernel."),
    NOT_SPECIFIED(2, "The kernel did not state a reason."),
    NO_SOCKET(3, "A segment arrived for no socket."),
    TCP_INVALID_ACK_SEQUENCE(4, "The acknowledgment number is not in the window."),
    TCP_RFC7323_PAWS(5, "The timestamp is older than the last one (RFC 7323)."),
    TCP_TOO_OLD_ACK(6, "The segment acknowledges data that was acknowledged long ago."),
    TCP_ACK_UNSENT_DATA(7, "The segment acknowledges data that was not sent."),
    TCP_FLAGS(8, "The flags of the header are not allowed in this state."),
    TCP_OLD_ACK(9, "The segment acknowledges what was acknowledged before."),
    TCP_ABORT_ON_DATA(10, "Data arrived after close()."),
    TCP_TIMEWAIT_SOCKET(11, "A segment arrived for a connection in TIME_WAIT."),
    INVALID_SYN(12, "A SYN arrived within an established connection."),
    TCP_ABORT_ON_CLOSE(13, "close() with unread data in the receive queue."),
    TCP_ABORT_ON_LINGER(14, "close() with a negative TCP_LINGER2."),
    TCP_ABORT_ON_MEMORY(15, "The host is out of memory for TCP, or has too many sockets that no process holds."),
    TCP_STATE(
            16,
            "The connection was aborted in a state in which data can be transferred: by close() with SO_LINGER 0, by connect() to"
                    + " AF_UNSPEC, by closing the listener before accept(), or by an administrator."),
    TCP_KEEPALIVE_TIMEOUT(17, "The peer did not answer keepalive probes."),
    TCP_DISCONNECT_WITH_DATA(18, "The connection was aborted after its FIN, with data that was not sent."),
    MPTCP_RST_EUNSPEC(19, "MPTCP: unspecified (RFC 8684)."),
    MPTCP_RST_EMPTCP(20, "MPTCP: the protocol was violated."),
    MPTCP_RST_ERESOURCE(21, "MPTCP: lack of resources."),
    MPTCP_RST_EPROHIBIT(22, "MPTCP: administratively prohibited."),
    MPTCP_RST_EWQ2BIG(23, "MPTCP: too much outstanding data."),
    MPTCP_RST_EBADPERF(24, "MPTCP: unacceptable performance."),
    MPTCP_RST_EMIDDLEBOX(25, "MPTCP: interference of a device on the path."),
    ERROR(26, "An unexpected error of the kernel.");

    private static final List<ResetReason> ALL = List.of(values());

    private final int number;
    private final String doc;

    ResetReason(int number, String doc) {
        this.number = number;
        this.doc = doc;
    }

    /** Returns its number, the value of {@link FlowField#RESET_REASON}. */
    public int number() {
        return number;
    }

    /** Returns its name in every projection: that of the kernel without SK_RST_REASON_. */
    public String label() {
        return name();
    }

    /** Returns its description. */
    public String doc() {
        return doc;
    }

    /** Returns the reason with this number, or empty if there is none. */
    public static Optional<ResetReason> of(long number) {
        for (ResetReason reason : ALL) {
            if (reason.number == number) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }

    /** Returns numbers and names in the form "1 OTHER, 2 NOT_SPECIFIED". */
    static String list() {
        return Arrays.stream(values())
                .map(reason -> reason.number + " " + reason.label())
                .collect(Collectors.joining(", "));
    }
}
