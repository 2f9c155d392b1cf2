package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.flow.FlowField;
import java.util.List;

/**
 * {@code struct tcp_info} (linux/tcp.h), as the INFO attribute of inet_diag carries it: it maps the members to fields of a
 * flow. Newer kernels append members: a member is present if the attribute is long enough, whatever the kernel's version. All
 * members are in native byte order.
 */
final class TcpInfo {
    /** A member that is copied unchanged, with the width of the field. */
    record Member(int offset, FlowField field) {
        int end() {
            return offset + field.width().bytes();
        }
    }

    /** {@code u8 snd_wscale:4, rcv_wscale:4}: the first bit field is the low half on little-endian machines. */
    static final int WSCALE = 6;

    /** {@code u8 delivery_rate_app_limited:1, ...}. */
    static final int APP_LIMITED = 7;

    static final int CA_STATE = 1;
    static final int OPTIONS = 5;
    static final int UNACKED = 24;
    static final int SACKED = 28;
    static final int LOST = 32;
    static final int RETRANS_OUT = 36;
    static final int LAST_DATA_SENT = 44;
    static final int LAST_DATA_RECEIVED = 52;
    static final int LAST_ACK_RECEIVED = 56;
    static final int RTT = 68;
    static final int RCV_RTT = 92;
    static final int PACING_RATE = 104;
    static final int MAX_PACING_RATE = 112;
    static final int MIN_RTT = 148;
    static final int DELIVERY_RATE = 160;

    /** TCPI_OPT_WSCALE. */
    static final int OPTION_WSCALE = 4;

    /** The minimum valid length: up to tcpi_total_retrans, as in Linux 2.6. */
    static final int MIN_SIZE = 104;

    /** The members in the order of their offsets. */
    static final List<Member> MEMBERS = List.of(
            new Member(CA_STATE, FlowField.CA_STATE),
            new Member(2, FlowField.RETRANSMITS),
            new Member(3, FlowField.PROBES),
            new Member(4, FlowField.BACKOFF),
            new Member(OPTIONS, FlowField.OPTIONS),
            new Member(8, FlowField.RTO),
            new Member(12, FlowField.ATO),
            new Member(16, FlowField.MSS),
            new Member(20, FlowField.RECEIVE_MSS),
            new Member(UNACKED, FlowField.UNACKED),
            new Member(SACKED, FlowField.SACKED),
            new Member(LOST, FlowField.LOST),
            new Member(RETRANS_OUT, FlowField.RETRANS_OUT),
            new Member(LAST_DATA_SENT, FlowField.LAST_DATA_SENT),
            new Member(LAST_DATA_RECEIVED, FlowField.LAST_DATA_RECEIVED),
            new Member(LAST_ACK_RECEIVED, FlowField.LAST_ACK_RECEIVED),
            new Member(60, FlowField.PMTU),
            new Member(64, FlowField.RECEIVE_SSTHRESH),
            new Member(RTT, FlowField.SRTT),
            new Member(72, FlowField.RTTVAR),
            new Member(76, FlowField.SSTHRESH),
            new Member(80, FlowField.CWND),
            new Member(84, FlowField.ADVERTISED_MSS),
            new Member(88, FlowField.REORDERING),
            new Member(RCV_RTT, FlowField.RECEIVE_RTT),
            new Member(96, FlowField.RECEIVE_SPACE),
            new Member(100, FlowField.RETRANS),
            new Member(PACING_RATE, FlowField.PACING_RATE),
            new Member(MAX_PACING_RATE, FlowField.MAX_PACING_RATE),
            new Member(120, FlowField.BYTES_ACKED),
            new Member(128, FlowField.BYTES_RECEIVED),
            new Member(136, FlowField.SEGS_OUT),
            new Member(140, FlowField.SEGS_IN),
            new Member(144, FlowField.NOT_SENT),
            new Member(MIN_RTT, FlowField.MIN_RTT),
            new Member(152, FlowField.DATA_SEGS_IN),
            new Member(156, FlowField.DATA_SEGS_OUT),
            new Member(DELIVERY_RATE, FlowField.DELIVERY_RATE),
            new Member(168, FlowField.BUSY_TIME),
            new Member(176, FlowField.RWND_LIMITED),
            new Member(184, FlowField.SNDBUF_LIMITED),
            new Member(192, FlowField.DELIVERED),
            new Member(196, FlowField.DELIVERED_CE),
            new Member(200, FlowField.BYTES_SENT),
            new Member(208, FlowField.BYTES_RETRANS),
            new Member(216, FlowField.DSACK_DUPS),
            new Member(220, FlowField.REORDER_SEEN),
            new Member(224, FlowField.OUT_OF_ORDER),
            new Member(228, FlowField.SEND_WINDOW),
            new Member(232, FlowField.RECEIVE_WINDOW),
            new Member(236, FlowField.REHASH),
            new Member(240, FlowField.TIMEOUTS),
            new Member(242, FlowField.TIMEOUT_RECOVERIES),
            new Member(244, FlowField.TIMEOUT_TIME),
            new Member(248, FlowField.RECEIVED_CE));

    private TcpInfo() {}
}
