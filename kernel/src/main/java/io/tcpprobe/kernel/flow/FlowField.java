package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.Unit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The fields of a flow. Each is declared once here, and projected to SNMP columns, JMX and JSON items, the terminal and
 * docs/fields.md. A field that a source or a kernel does not provide is absent, which is different from zero.
 *
 * <p>To add one: append a constant with the next free id, and let a source write it. Ids are SNMP columns and presence bits:
 * they are never changed or reused.
 */
public enum FlowField implements FlowValue {
    LOCAL_ADDRESS_TYPE(
            2,
            "localAddressType",
            Width.U8,
            Kind.ADDRESS_TYPE,
            Unit.NONE,
            "Type of the local address: 1 ipv4, 2 ipv6, 4 ipv6z (RFC 4001). An IPv4-mapped IPv6 address counts as ipv4.",
            "idiag_family, v4-mapped addresses unmapped"),
    LOCAL_ADDRESS(3, "localAddress", Width.ADDRESS, Kind.ADDRESS, Unit.NONE, "Local address.", "idiag_src"),
    LOCAL_PORT(4, "localPort", Width.U16, Kind.PORT, Unit.NONE, "Local port.", "idiag_sport"),
    REMOTE_ADDRESS_TYPE(
            5,
            "remoteAddressType",
            Width.U8,
            Kind.ADDRESS_TYPE,
            Unit.NONE,
            "Type of the remote address, as localAddressType.",
            "idiag_family, v4-mapped addresses unmapped"),
    REMOTE_ADDRESS(6, "remoteAddress", Width.ADDRESS, Kind.ADDRESS, Unit.NONE, "Remote address.", "idiag_dst"),
    REMOTE_PORT(7, "remotePort", Width.U16, Kind.PORT, Unit.NONE, "Remote port.", "idiag_dport"),
    STATE(
            8,
            "state",
            Width.U8,
            Kind.STATE,
            Unit.NONE,
            "State of the connection, numbered as tcpConnectionState (RFC 4022).",
            "idiag_state, mapped"),
    CWND(9, "cwnd", Width.U32, Kind.GAUGE, Unit.SEGMENTS, "Congestion window (RFC 5681).", "tcpi_snd_cwnd"),
    SSTHRESH(
            10,
            "ssthresh",
            Width.U32,
            Kind.GAUGE,
            Unit.SEGMENTS,
            "Slow start threshold (RFC 5681); 2147483647 = not set yet.",
            "tcpi_snd_ssthresh"),
    SEND_WINDOW(
            11,
            "sendWindow",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Send window: the window that the peer advertised last, after scaling (RFC 7323).",
            "tcpi_snd_wnd (Linux 5.4)"),
    SRTT(
            12,
            "srtt",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "Smoothed round-trip time (RFC 6298); absent before the first measurement.",
            "tcpi_rtt"),
    RTTVAR(
            13,
            "rttvar",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "Mean deviation of the round-trip time, the value that ss prints; absent before the first measurement.",
            "tcpi_rttvar"),
    RTO(
            14,
            "rto",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "Current retransmission timeout (RFC 6298); includes back-off with the sources bpf and diag.",
            "tcpi_rto"),
    LOST(
            15,
            "lost",
            Width.U32,
            Kind.GAUGE,
            Unit.SEGMENTS,
            "Unacknowledged segments that are presumed lost.",
            "tcpi_lost"),
    RETRANS(
            16,
            "retrans",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments retransmitted, over the life of the connection.",
            "tcpi_total_retrans"),
    IN_FLIGHT(
            17,
            "inFlight",
            Width.U32,
            Kind.GAUGE,
            Unit.SEGMENTS,
            "Segments in flight: sent, and neither acknowledged, SACKed nor presumed lost; includes retransmissions.",
            "tcpi_unacked - tcpi_sacked - tcpi_lost + tcpi_retrans"),
    FRTO(
            18,
            "frto",
            Width.U8,
            Kind.FLAG,
            Unit.NONE,
            "1 while the sender checks whether a timeout was spurious (RFC 5682).",
            "per-ACK sources only"),
    RECEIVE_QUEUE(
            19,
            "receiveQueue",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Bytes received in order that the application has not read. Excludes a FIN, except with the sources module and replay,"
                    + " where an unread FIN counts as one byte.",
            "idiag_rqueue, less a FIN; as tcp_inq"),
    SEND_QUEUE(
            20,
            "sendQueue",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Bytes written by the application that are not acknowledged. Excludes SYN and FIN, except with the sources module and"
                    + " replay, where each counts as one byte.",
            "idiag_wqueue, less SYN and FIN"),
    SOCKET_IDF(
            21,
            "socketIdf",
            Width.U64,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Value of sndNxt when the flow was first seen. Distinguishes connections that reuse the same addresses and ports.",
            "per-ACK sources only"),
    SND_NXT(
            22,
            "sndNxt",
            Width.U64,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Next sequence number to be sent, extended to 64 bits. sndNxt - socketIdf = bytes sent since the flow was first seen,"
                    + " plus 1 if a FIN was sent.",
            "per-ACK sources only"),
    SND_UNA(
            23,
            "sndUna",
            Width.U32,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Oldest unacknowledged sequence number.",
            "per-ACK sources only"),
    LENGTH(
            24,
            "length",
            Width.U16,
            Kind.GAUGE,
            Unit.BYTES,
            "Length of the segment that caused the sample; 0 = no segment did; 65535 = the last sample of the connection.",
            "per-ACK sources only"),
    MIN_RTT(
            25,
            "minRtt",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "Minimum round-trip time in the kernel's time window (net.ipv4.tcp_min_rtt_wlen, 300 s by default).",
            "tcpi_min_rtt"),
    BYTES_ACKED(
            26,
            "bytesAcked",
            Width.U64,
            Kind.COUNTER,
            Unit.BYTES,
            "Bytes sent and acknowledged. Excludes SYN and FIN, which the kernel counts.",
            "tcpi_bytes_acked (Linux 4.1), less SYN and FIN"),
    BYTES_RECEIVED(
            27,
            "bytesReceived",
            Width.U64,
            Kind.COUNTER,
            Unit.BYTES,
            "Bytes received in order. Excludes the FIN, which the kernel counts.",
            "tcpi_bytes_received (Linux 4.1), less a FIN"),
    DELIVERY_RATE(
            28,
            "deliveryRate",
            Width.U64,
            Kind.GAUGE,
            Unit.BYTES_PER_SECOND,
            "Latest estimate of the rate at which data is delivered to the peer; absent without an estimate.",
            "tcpi_delivery_rate (Linux 4.9)"),
    PACING_RATE(
            29,
            "pacingRate",
            Width.U64,
            Kind.GAUGE,
            Unit.BYTES_PER_SECOND,
            "Maximum rate at which the kernel sends segments; absent if unlimited.",
            "tcpi_pacing_rate (Linux 3.15)"),
    MSS(30, "mss", Width.U32, Kind.GAUGE, Unit.BYTES, "Maximum segment size for sending.", "tcpi_snd_mss"),
    CONGESTION_CONTROL(
            31,
            "congestionControl",
            Width.TEXT,
            Kind.NAME,
            Unit.NONE,
            "Name of the congestion control algorithm.",
            "INET_DIAG_CONG"),
    UID(32, "uid", Width.U32, Kind.IDENTIFIER, Unit.NONE, "User id of the socket's owner.", "idiag_uid"),
    NETWORK_NAMESPACE(
            33,
            "networkNamespace",
            Width.U32,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Inode number of the network namespace, as in /proc/self/ns/net.",
            "inode of the namespace"),
    INODE(
            34,
            "inode",
            Width.U32,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Inode of the socket; absent before accept() and after close().",
            "idiag_inode"),
    COOKIE(
            35,
            "cookie",
            Width.U64,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Number that the kernel has assigned to the socket and never reuses; ss -e prints it as sk:.",
            "idiag_cookie"),
    INTERFACE(
            36,
            "interface",
            Width.U32,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Index of the interface to which the socket is bound; absent if it is bound to none.",
            "idiag_if"),
    BYTES_SENT(
            37,
            "bytesSent",
            Width.U64,
            Kind.COUNTER,
            Unit.BYTES,
            "Bytes sent, including retransmissions.",
            "tcpi_bytes_sent (Linux 4.19)"),
    BYTES_RETRANS(
            38,
            "bytesRetrans",
            Width.U64,
            Kind.COUNTER,
            Unit.BYTES,
            "Bytes retransmitted.",
            "tcpi_bytes_retrans (Linux 4.19)"),
    SEGS_OUT(39, "segsOut", Width.U32, Kind.COUNTER, Unit.SEGMENTS, "Segments sent.", "tcpi_segs_out (Linux 4.2)"),
    SEGS_IN(40, "segsIn", Width.U32, Kind.COUNTER, Unit.SEGMENTS, "Segments received.", "tcpi_segs_in (Linux 4.2)"),
    DATA_SEGS_OUT(
            41,
            "dataSegsOut",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments sent that carried data.",
            "tcpi_data_segs_out (Linux 4.6)"),
    DATA_SEGS_IN(
            42,
            "dataSegsIn",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments received that carried data.",
            "tcpi_data_segs_in (Linux 4.6)"),
    NOT_SENT(
            43,
            "notSent",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Bytes in the send queue that have not been sent yet.",
            "tcpi_notsent_bytes (Linux 4.6), less a FIN"),
    CA_STATE(
            44,
            "caState",
            Width.U8,
            Kind.GAUGE,
            Unit.NONE,
            "Congestion control state: 0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss.",
            "tcpi_ca_state"),
    RETRANSMITS(
            45,
            "retransmits",
            Width.U8,
            Kind.GAUGE,
            Unit.NONE,
            "Consecutive retransmission timeouts since the last ACK of new data.",
            "tcpi_retransmits"),
    PROBES(
            46,
            "probes",
            Width.U8,
            Kind.GAUGE,
            Unit.NONE,
            "Unanswered zero-window probes and keepalive probes.",
            "tcpi_probes"),
    BACKOFF(
            47,
            "backoff",
            Width.U8,
            Kind.GAUGE,
            Unit.NONE,
            "Number of times that the retransmission timeout was doubled by back-off.",
            "tcpi_backoff"),
    OPTIONS(
            48,
            "options",
            Width.U8,
            Kind.BITS,
            Unit.NONE,
            "Options in use, as a sum: 1 timestamps, 2 SACK, 4 window scale, 8 ECN negotiated, 16 ECN seen in a received packet,"
                    + " 32 data in our SYN acknowledged, 64 timestamps in microseconds (Linux 6.7), 128 opened by the peer with"
                    + " TCP Fast Open (RFC 7413; only on kernels that record it).",
            "tcpi_options"),
    SEND_WINDOW_SCALE(
            49,
            "sendWindowScale",
            Width.U8,
            Kind.GAUGE,
            Unit.NONE,
            "Window scale of the windows that the peer advertises; absent if the option is off.",
            "tcpi_snd_wscale"),
    RECEIVE_WINDOW_SCALE(
            50,
            "receiveWindowScale",
            Width.U8,
            Kind.GAUGE,
            Unit.NONE,
            "Window scale of the windows that we advertise; absent if the option is off.",
            "tcpi_rcv_wscale"),
    APP_LIMITED(
            51,
            "appLimited",
            Width.U8,
            Kind.FLAG,
            Unit.NONE,
            "1 if the application, not the network, limited deliveryRate.",
            "tcpi_delivery_rate_app_limited (Linux 4.9)"),
    ATO(52, "ato", Width.U32, Kind.GAUGE, Unit.MICROSECONDS, "Delayed ACK timeout.", "tcpi_ato"),
    RECEIVE_MSS(
            53,
            "receiveMss",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Estimate of the maximum segment size that the peer uses.",
            "tcpi_rcv_mss"),
    ADVERTISED_MSS(
            54,
            "advertisedMss",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum segment size that we advertised.",
            "tcpi_advmss"),
    PMTU(55, "pmtu", Width.U32, Kind.GAUGE, Unit.BYTES, "Path MTU.", "tcpi_pmtu"),
    UNACKED(
            56,
            "unacked",
            Width.U32,
            Kind.GAUGE,
            Unit.SEGMENTS,
            "Segments sent and not acknowledged cumulatively; includes sacked and lost.",
            "tcpi_unacked"),
    SACKED(
            57,
            "sacked",
            Width.U32,
            Kind.GAUGE,
            Unit.SEGMENTS,
            "Unacknowledged segments that the peer has reported as received by SACK (RFC 2018).",
            "tcpi_sacked"),
    RETRANS_OUT(
            58,
            "retransOut",
            Width.U32,
            Kind.GAUGE,
            Unit.SEGMENTS,
            "Retransmitted segments in flight.",
            "tcpi_retrans"),
    REORDERING(
            59,
            "reordering",
            Width.U32,
            Kind.GAUGE,
            Unit.SEGMENTS,
            "Number of segments by which segments may be reordered before one is presumed lost.",
            "tcpi_reordering"),
    REORDER_SEEN(
            60,
            "reorderSeen",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Times that the kernel detected reordering of segments that we sent.",
            "tcpi_reord_seen (Linux 4.19)"),
    DSACK_DUPS(
            61,
            "dsackDups",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Duplicate segments that the peer reported by DSACK (RFC 2883).",
            "tcpi_dsack_dups (Linux 4.19)"),
    OUT_OF_ORDER(
            62,
            "outOfOrder",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments received out of order.",
            "tcpi_rcv_ooopack (Linux 5.4)"),
    DELIVERED(
            63,
            "delivered",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments delivered to the peer, including retransmissions.",
            "tcpi_delivered (Linux 4.18)"),
    DELIVERED_CE(
            64,
            "deliveredCe",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments delivered that the peer reported as marked Congestion Experienced (RFC 3168).",
            "tcpi_delivered_ce (Linux 4.18)"),
    RECEIVE_RTT(
            65,
            "receiveRtt",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "Round-trip time as estimated by our receiver; absent without an estimate.",
            "tcpi_rcv_rtt"),
    RECEIVE_SPACE(
            66,
            "receiveSpace",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Target of the automatic tuning of the receive buffer: bytes that the application reads in one round-trip time.",
            "tcpi_rcv_space"),
    RECEIVE_SSTHRESH(
            67,
            "receiveSsthresh",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Current limit of the window that we advertise (rcv_ssthresh).",
            "tcpi_rcv_ssthresh"),
    RECEIVE_WINDOW(
            68,
            "receiveWindow",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Receive window: the window that we advertised last. At most 65535 shifted by receiveWindowScale, the maximum that the"
                    + " header can carry.",
            "tcpi_rcv_wnd (Linux 6.2), bounded"),
    BUSY_TIME(
            69,
            "busyTime",
            Width.U64,
            Kind.COUNTER,
            Unit.MICROSECONDS,
            "Time during which the sender had data to send or unacknowledged data.",
            "tcpi_busy_time (Linux 4.10)"),
    RWND_LIMITED(
            70,
            "rwndLimited",
            Width.U64,
            Kind.COUNTER,
            Unit.MICROSECONDS,
            "Part of busyTime during which the peer's receive window limited the sender.",
            "tcpi_rwnd_limited (Linux 4.10)"),
    SNDBUF_LIMITED(
            71,
            "sndbufLimited",
            Width.U64,
            Kind.COUNTER,
            Unit.MICROSECONDS,
            "Part of busyTime during which the send buffer limited the sender.",
            "tcpi_sndbuf_limited (Linux 4.10)"),
    REHASH(
            72,
            "rehash",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Times that the kernel changed the flow's hash to use another path.",
            "tcpi_rehash (Linux 6.2)"),
    TIMEOUTS(
            73,
            "timeouts",
            Width.U16,
            Kind.COUNTER,
            Unit.NONE,
            "Retransmission timeouts.",
            "tcpi_total_rto (Linux 6.7)"),
    TIMEOUT_RECOVERIES(
            74,
            "timeoutRecoveries",
            Width.U16,
            Kind.COUNTER,
            Unit.NONE,
            "Recoveries from retransmission timeouts; consecutive timeouts are one recovery.",
            "tcpi_total_rto_recoveries (Linux 6.7)"),
    TIMEOUT_TIME(
            75,
            "timeoutTime",
            Width.U32,
            Kind.COUNTER,
            Unit.MILLISECONDS,
            "Time spent in recovery after retransmission timeouts.",
            "tcpi_total_rto_time (Linux 6.7)"),
    RECEIVED_CE(
            76,
            "receivedCe",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments received that were marked Congestion Experienced (RFC 3168).",
            "tcpi_received_ce (Linux 6.18)"),
    LAST_DATA_SENT(
            77,
            "lastDataSent",
            Width.U32,
            Kind.GAUGE,
            Unit.MILLISECONDS,
            "Time from the last data sent to the sample.",
            "tcpi_last_data_sent"),
    LAST_DATA_RECEIVED(
            78,
            "lastDataReceived",
            Width.U32,
            Kind.GAUGE,
            Unit.MILLISECONDS,
            "Time from the last data received to the sample.",
            "tcpi_last_data_recv"),
    LAST_ACK_RECEIVED(
            79,
            "lastAckReceived",
            Width.U32,
            Kind.GAUGE,
            Unit.MILLISECONDS,
            "Time from the last ACK received to the sample.",
            "tcpi_last_ack_recv"),
    TOS(
            80,
            "tos",
            Width.U8,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Type of service (IPv4) or traffic class (IPv6) of sent segments.",
            "INET_DIAG_TOS, INET_DIAG_TCLASS"),
    RECEIVE_MEMORY(
            81,
            "receiveMemory",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Memory used by received data.",
            "INET_DIAG_SKMEMINFO rmem_alloc"),
    RECEIVE_BUFFER(
            82,
            "receiveBuffer",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Limit of receiveMemory.",
            "INET_DIAG_SKMEMINFO rcvbuf"),
    SEND_MEMORY(
            83,
            "sendMemory",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Memory used by the send queue.",
            "INET_DIAG_SKMEMINFO wmem_queued"),
    SEND_BUFFER(
            84, "sendBuffer", Width.U32, Kind.GAUGE, Unit.BYTES, "Limit of sendMemory.", "INET_DIAG_SKMEMINFO sndbuf"),
    BACKLOG_MEMORY(
            85,
            "backlogMemory",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Memory used by segments that arrived while the socket was locked and are not processed yet.",
            "INET_DIAG_SKMEMINFO backlog"),
    DROPS(
            86,
            "drops",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments that the socket dropped.",
            "INET_DIAG_SKMEMINFO drops"),
    FIRST_SEEN(
            87,
            "firstSeen",
            Width.U64,
            Kind.TIME,
            Unit.NANOSECONDS,
            "Time at which the flow was first seen.",
            "the source's clock; CLOCK_MONOTONIC in the row"),
    SAMPLED(
            88,
            "sampled",
            Width.U64,
            Kind.TIME,
            Unit.NANOSECONDS,
            "Time of the last sample, or of a later check that found the flow unchanged: the age of the values.",
            "the source's clock; CLOCK_MONOTONIC in the row"),
    RTT_SAMPLES(
            89,
            "rttSamples",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip times measured since the flow was first seen.",
            "changes of srtt_us and mdev_us at each ACK"),
    RTT_SUM(
            90,
            "rttSum",
            Width.U64,
            Kind.COUNTER,
            Unit.MICROSECONDS,
            "Sum of the rttSamples measured round-trip times.",
            "inverse of tcp_rtt_estimator: srtt_us - old + old / 8"),
    RTT_LAST(91, "rttLast", Width.U32, Kind.GAUGE, Unit.MICROSECONDS, "Last measured round-trip time.", "as rttSum"),
    RTT_MAX(
            92,
            "rttMax",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "Maximum round-trip time measured since the flow was first seen.",
            "as rttSum"),
    CONGESTION_SIGNALS(
            93,
            "congestionSignals",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Times that congestion control reduced cwnd: by fast retransmit, by ECN or another cause of CWR, or by a timeout.",
            "transitions of icsk_ca_state to CWR, recovery or loss"),
    SLOW_STARTS(
            94,
            "slowStarts",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Received segments that increased cwnd by slow start.",
            "increases of snd_cwnd below snd_ssthresh"),
    CONGESTION_AVOIDS(
            95,
            "congestionAvoids",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Received segments that increased cwnd by congestion avoidance.",
            "increases of snd_cwnd at or above snd_ssthresh"),
    FAST_RETRANSMITS(
            96,
            "fastRetransmits",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Fast retransmits: times that the sender entered recovery.",
            "transitions of icsk_ca_state to recovery"),
    ZERO_WINDOWS_RECEIVED(
            97,
            "zeroWindowsReceived",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Times that the window advertised by the peer became 0.",
            "changes of snd_wnd to 0"),
    ZERO_WINDOWS_SENT(
            98,
            "zeroWindowsSent",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Times that the window advertised by us became 0, observed when segments arrive.",
            "changes of rcv_wnd to 0"),
    DUP_ACK_EPISODES(
            99,
            "dupAckEpisodes",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Episodes of duplicate ACKs that we sent because segments arrived out of order.",
            "increases of rcv_ooopack at a new rcv_nxt"),
    DUP_ACKS_RECEIVED(
            100,
            "dupAcksReceived",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Duplicate ACKs received; counts those that SACK more data.",
            "increases of sacked_out"),
    RWIN_LIMITS(
            101,
            "rwinLimits",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Times that the limit of the sender changed to the peer's receive window, observed when segments arrive.",
            "chrono_type"),
    CWND_LIMITS(
            102,
            "cwndLimits",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Times that the limit of the sender changed to the congestion window or the path, observed when segments arrive.",
            "chrono_type"),
    SENDER_LIMITS(
            103,
            "senderLimits",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Times that the limit of the sender changed to the sender itself (application or send buffer), observed when segments"
                    + " arrive.",
            "chrono_type"),
    ACTIVE_OPEN(
            104,
            "activeOpen",
            Width.U8,
            Kind.FLAG,
            Unit.NONE,
            "1 = active open by this host, 0 = passive open; absent if the connection is older than the agent.",
            "inet_sock_set_state"),
    SND_INITIAL(
            105,
            "sndInitial",
            Width.U32,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Our initial sequence number; absent if the connection is older than the agent.",
            "snd_una - 1 when established"),
    RCV_INITIAL(
            106,
            "rcvInitial",
            Width.U32,
            Kind.IDENTIFIER,
            Unit.NONE,
            "The peer's initial sequence number; absent if the connection is older than the agent.",
            "rcv_nxt - 1 when established"),
    RCV_NXT(
            107,
            "rcvNxt",
            Width.U32,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Next sequence number expected from the peer.",
            "rcv_nxt"),
    LAST_SEEN(
            108,
            "lastSeen",
            Width.U64,
            Kind.TIME,
            Unit.NANOSECONDS,
            "Time at which the last segment of the flow arrived; accurate to one kernel tick (1 to 10 ms).",
            "jiffies; CLOCK_MONOTONIC in the row"),
    SAMPLES(109, "samples", Width.U32, Kind.COUNTER, Unit.SAMPLES, "Samples taken of the flow.", "the source"),
    SEGMENTS_SEEN(
            110,
            "segmentsSeen",
            Width.U64,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments that arrived while the flow was tracked.",
            "calls of tcp_probe"),
    PID(
            111,
            "pid",
            Width.U32,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Id of the process that has the socket open, in the agent's PID namespace, as in tcpConnectionProcess. If several"
                    + " processes have it open, the lowest id. Absent if no process is known.",
            "descriptors of all processes"),
    COMMAND(
            112,
            "command",
            Width.TEXT,
            Kind.NAME,
            Unit.NONE,
            "Name of the process with the id pid, at most 15 bytes.",
            "/proc/PID/comm"),
    CGROUP(
            113,
            "cgroup",
            Width.U64,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Id of the control group (version 2) in which the socket was created.",
            "sk_cgrp_data"),
    PRE_CONG_CWND(
            114,
            "preCongCwnd",
            Width.U64,
            Kind.COUNTER,
            Unit.BYTES,
            "Sum of the congestion windows just before each congestion signal.",
            "snd_cwnd * mss_cache"),
    PRE_CONG_RTT(
            115,
            "preCongRtt",
            Width.U64,
            Kind.COUNTER,
            Unit.MICROSECONDS,
            "Sum of the last round-trip times before each congestion signal.",
            "as rttSum"),
    POST_CONG_RTT(
            116,
            "postCongRtt",
            Width.U64,
            Kind.COUNTER,
            Unit.MICROSECONDS,
            "Sum of the first round-trip times after each congestion signal.",
            "as rttSum"),
    POST_CONG_RTTS(
            117,
            "postCongRtts",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Number of round-trip times in the sum postCongRtt.",
            "as rttSum"),
    PIPE_MAX(
            118,
            "pipeMax",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum number of bytes in flight at a sample.",
            "maximum of inFlight * mss"),
    RECEIVE_WINDOW_MAX(
            119,
            "receiveWindowMax",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum receiveWindow at a sample.",
            "maximum of receiveWindow"),
    SEND_WINDOW_MAX(
            120,
            "sendWindowMax",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum window that the peer advertised.",
            "max_window; else maximum of sendWindow at a sample"),
    RTO_MAX(121, "rtoMax", Width.U32, Kind.GAUGE, Unit.MICROSECONDS, "Maximum rto at a sample.", "maximum of rto"),
    RTO_MIN(122, "rtoMin", Width.U32, Kind.GAUGE, Unit.MICROSECONDS, "Minimum rto at a sample.", "minimum of rto"),
    RTT_MIN(
            123,
            "rttMin",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "Minimum round-trip time since the flow was first seen; absent before the first measurement.",
            "minimum of minRtt at a sample"),
    SLOW_START_CWND_MAX(
            124,
            "slowStartCwndMax",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum congestion window at a sample in slow start; absent if there was no such sample.",
            "maximum of cwnd * mss with cwnd < ssthresh"),
    AVOIDANCE_CWND_MAX(
            125,
            "avoidanceCwndMax",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum congestion window at a sample in congestion avoidance; absent if there was no such sample.",
            "maximum of cwnd * mss with cwnd >= ssthresh"),
    SSTHRESH_MAX(
            126,
            "ssthreshMax",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum slow start threshold at a sample; absent before it is set.",
            "maximum of ssthresh * mss"),
    SSTHRESH_MIN(
            127,
            "ssthreshMin",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Minimum slow start threshold at a sample; absent before it is set.",
            "minimum of ssthresh * mss"),
    MSS_MAX(128, "mssMax", Width.U32, Kind.GAUGE, Unit.BYTES, "Maximum mss at a sample.", "maximum of mss"),
    MSS_MIN(129, "mssMin", Width.U32, Kind.GAUGE, Unit.BYTES, "Minimum mss at a sample.", "minimum of mss"),
    RETRANSMIT_QUEUE_MAX(
            130,
            "retransmitQueueMax",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum number of bytes sent and not acknowledged at a sample.",
            "maximum of unacked * mss"),
    NOT_SENT_MAX(
            131, "notSentMax", Width.U32, Kind.GAUGE, Unit.BYTES, "Maximum notSent at a sample.", "maximum of notSent"),
    RECEIVE_QUEUE_MAX(
            132,
            "receiveQueueMax",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum receiveQueue at a sample.",
            "maximum of receiveQueue"),
    REASSEMBLY_QUEUE(
            133,
            "reassemblyQueue",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Span of the reassembly queue: sequence numbers from the first gap to the end of the data received out of order.",
            "rcv_nxt, end_seq of ooo_last_skb"),
    REASSEMBLY_QUEUE_MAX(
            134,
            "reassemblyQueueMax",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum reassemblyQueue, observed when segments arrive.",
            "as reassemblyQueue"),
    TOS_RECEIVED(
            135,
            "tosReceived",
            Width.U8,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Type of service (IPv4) or traffic class (IPv6) of a recently received segment; read with every 16th sample.",
            "the segment's IP header"),
    TTL_RECEIVED(
            136,
            "ttlReceived",
            Width.U8,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Time to live (IPv4) or hop limit (IPv6) of a recently received segment; read with every 16th sample.",
            "the segment's IP header"),
    NAGLE(
            137,
            "nagle",
            Width.U8,
            Kind.FLAG,
            Unit.NONE,
            "1 if Nagle's algorithm is in use, that is, TCP_NODELAY is not set.",
            "nonagle"),
    MSS_RECEIVED(
            138,
            "mssReceived",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum segment size that the peer advertised; 536 if it advertised none.",
            "rx_opt.mss_clamp"),
    SPURIOUS_RECOVERIES(
            139,
            "spuriousRecoveries",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Fast retransmits that proved spurious, so that the reduction of cwnd was undone.",
            "undo_marker cleared after recovery"),
    SPURIOUS_TIMEOUTS(
            140,
            "spuriousTimeouts",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Retransmission timeouts that proved spurious, so that the reduction of cwnd was undone.",
            "undo_marker cleared after loss"),
    OTHER_REDUCTIONS(
            141,
            "otherReductions",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Times that cwnd was reduced without a congestion signal: after idle time, or by the congestion control algorithm.",
            "decreases of snd_cwnd outside of CWR, recovery and loss"),
    ABRUPT_TIMEOUTS(
            142,
            "abruptTimeouts",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Retransmission timeouts without any preceding duplicate ACK or other congestion signal.",
            "transitions of icsk_ca_state from open to loss"),
    REORDER_EPISODES(
            143,
            "reorderEpisodes",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Episodes of duplicate ACKs received that ended without a fast retransmit.",
            "transitions of icsk_ca_state from disorder to open"),
    REORDER_DUP_ACKS(
            144,
            "reorderDupAcks",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Duplicate ACKs received during the reorderEpisodes.",
            "as dupAcksReceived"),
    REORDER_BYTES(
            145,
            "reorderBytes",
            Width.U32,
            Kind.COUNTER,
            Unit.BYTES,
            "Bytes acknowledged at the ends of the reorderEpisodes: the advance of sndUna.",
            "snd_una"),
    CWND_CLAMP(
            146,
            "cwndClamp",
            Width.U32,
            Kind.GAUGE,
            Unit.SEGMENTS,
            "Maximum cwnd that the kernel allows; 4294967295 = no limit.",
            "snd_cwnd_clamp"),
    WINDOW_CLAMP(
            147,
            "windowClamp",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum window that we may advertise.",
            "window_clamp"),
    USER_MSS(
            148,
            "userMss",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Maximum segment size that the application has set by TCP_MAXSEG; 0 = not set.",
            "rx_opt.user_mss"),
    QUEUED_FLAGS(
            149,
            "queuedFlags",
            Width.U8,
            Kind.BITS,
            Unit.NONE,
            "Control flags in the queues, as a sum; each takes one sequence number: 1 the peer's FIN in the receive queue, 2 our SYN or"
                    + " FIN in the send queue.",
            "rcv_nxt - copied_seq, write_seq - snd_una"),
    SEND_MEMORY_ALLOCATED(
            150,
            "sendMemoryAllocated",
            Width.U32,
            Kind.GAUGE,
            Unit.BYTES,
            "Memory of sent segments that are still in this host, in a queueing discipline or in the device.",
            "SK_MEMINFO_WMEM_ALLOC: sk_wmem_alloc - 1"),
    MAX_PACING_RATE(
            151,
            "maxPacingRate",
            Width.U64,
            Kind.GAUGE,
            Unit.BYTES_PER_SECOND,
            "Maximum pacing rate, set by SO_MAX_PACING_RATE or by BPF; absent if unlimited.",
            "tcpi_max_pacing_rate (Linux 3.15)"),
    NO_SPACE(
            152,
            "noSpace",
            Width.U8,
            Kind.FLAG,
            Unit.NONE,
            "1 if the send buffer was full when the application last wrote, and no space has been freed since; absent before"
                    + " accept() and after close().",
            "SOCK_NOSPACE of sk_socket->flags"),
    USER_LOCKS(
            153,
            "userLocks",
            Width.U8,
            Kind.BITS,
            Unit.NONE,
            "Settings fixed by the application, as a sum: 1 SO_SNDBUF, 2 SO_RCVBUF (the kernel does not tune that buffer), 4 the"
                    + " local address, 8 the local port.",
            "sk_userlocks"),
    CHRONO_TYPE(
            154,
            "chronoType",
            Width.U8,
            Kind.IDENTIFIER,
            Unit.NONE,
            "The time that currently runs: 0 none, 1 busyTime, 2 rwndLimited, 3 sndbufLimited; 2 and 3 also count as busyTime.",
            "chrono_type"),
    SOCKET_ERROR(
            155,
            "socketError",
            Width.U16,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Pending error of the socket, which the application has not read yet (errno: 104 connection reset, 110 timed out);"
                    + " absent if there is none.",
            "sk_err"),
    END_REASON(
            156,
            "endReason",
            Width.U8,
            Kind.IDENTIFIER,
            Unit.NONE,
            "Why the connection ended or was not established; absent while it lives: " + EndReason.list() + ".",
            "sk_err and the last states"),
    RETRANS_TIMEOUT(
            157,
            "retransTimeout",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments of retrans that were retransmitted after a timeout.",
            "tcp_retransmit_skb in CA_Loss"),
    RETRANS_FAST(
            158,
            "retransFast",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments of retrans that were retransmitted in fast recovery.",
            "tcp_retransmit_skb in CA_Recovery"),
    RETRANS_PROBE(
            159,
            "retransProbe",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments of retrans that were tail loss probes (RFC 8985).",
            "tcp_retransmit_skb in another state"),
    RETRANS_HANDSHAKE(
            160,
            "retransHandshake",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Segments of retrans that were SYNs (activeOpen 1) or SYN-ACKs (activeOpen 0); absent if the opening was not observed.",
            "total_retrans when the connection was established"),
    ZERO_WINDOW_PROBES(
            161,
            "zeroWindowProbes",
            Width.U32,
            Kind.COUNTER,
            Unit.SEGMENTS,
            "Probes sent while the peer's window was 0 (RFC 9293, 3.8.6.1).",
            "icsk_probes_out"),
    HANDSHAKE_TIME(
            162,
            "handshakeTime",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "Time that the handshake took. As active opener from the first SYN to the SYN-ACK, with retransmissions; as passive opener"
                    + " from the SYN-ACK to its ACK, absent if one was retransmitted.",
            "bpf: SYN_SENT to ESTABLISHED; first round-trip time"),
    RTT_FROM_0(
            163,
            "rttFrom0",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples below 32 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_32(
            164,
            "rttFrom32",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 32 to 63 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_64(
            165,
            "rttFrom64",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 64 to 127 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_128(
            166,
            "rttFrom128",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 128 to 255 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_256(
            167,
            "rttFrom256",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 256 to 511 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_512(
            168,
            "rttFrom512",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 512 to 1023 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_1024(
            169,
            "rttFrom1024",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 1024 to 2047 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_2048(
            170,
            "rttFrom2048",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 2048 to 4095 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_4096(
            171,
            "rttFrom4096",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 4096 to 8191 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_8192(
            172,
            "rttFrom8192",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 8192 to 16383 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_16384(
            173,
            "rttFrom16384",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 16384 to 32767 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_32768(
            174,
            "rttFrom32768",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 32768 to 65535 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_65536(
            175,
            "rttFrom65536",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 65536 to 131071 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_131072(
            176,
            "rttFrom131072",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 131072 to 262143 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_262144(
            177,
            "rttFrom262144",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 262144 to 524287 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_524288(
            178,
            "rttFrom524288",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 524288 to 1048575 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_1048576(
            179,
            "rttFrom1048576",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples from 1048576 to 2097151 microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_FROM_2097152(
            180,
            "rttFrom2097152",
            Width.U32,
            Kind.COUNTER,
            Unit.NONE,
            "Round-trip time samples of 2097152 and more microseconds; the buckets add up to rttSamples.",
            "as rttLast"),
    RTT_P50(
            181,
            "rttP50",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "Median of the round-trip times since the flow was first seen; exact to its bucket.",
            "computed from rttFrom..."),
    RTT_P90(
            182,
            "rttP90",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "90th percentile of the round-trip times since the flow was first seen; exact to its bucket.",
            "computed from rttFrom..."),
    RTT_P99(
            183,
            "rttP99",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "99th percentile of the round-trip times since the flow was first seen; exact to its bucket.",
            "computed from rttFrom..."),
    BBR_BANDWIDTH(
            184,
            "bbrBandwidth",
            Width.U64,
            Kind.GAUGE,
            Unit.BYTES_PER_SECOND,
            "Bandwidth of the bottleneck, as BBR estimates it; absent with another algorithm.",
            "tcp_bbr_info bbr_bw (Linux 4.9); struct bbr, as bbr_bw"),
    BBR_MIN_RTT(
            185,
            "bbrMinRtt",
            Width.U32,
            Kind.GAUGE,
            Unit.MICROSECONDS,
            "Minimum round-trip time of BBR's window (10 s); absent with another algorithm.",
            "tcp_bbr_info bbr_min_rtt; struct bbr min_rtt_us"),
    BBR_PACING_GAIN(
            186,
            "bbrPacingGain",
            Width.U32,
            Kind.GAUGE,
            Unit.NONE,
            "BBR's gain of the pacing rate in units of 1/256, which shows its state: 739 startup, 88 drain, 320 probing for"
                    + " bandwidth.",
            "tcp_bbr_info bbr_pacing_gain; struct bbr pacing_gain"),
    BBR_CWND_GAIN(
            187,
            "bbrCwndGain",
            Width.U32,
            Kind.GAUGE,
            Unit.NONE,
            "BBR's gain of cwnd in units of 1/256; absent with another algorithm.",
            "tcp_bbr_info bbr_cwnd_gain; struct bbr cwnd_gain"),
    BBR_MODE(
            188,
            "bbrMode",
            Width.U8,
            Kind.IDENTIFIER,
            Unit.NONE,
            "BBR's state: 0 startup, 1 drain, 2 probing for bandwidth, 3 probing for the round-trip time; absent with another"
                    + " algorithm.",
            "struct bbr mode; source bpf"),
    RESET_REASON(
            189,
            "resetReason",
            Width.U8,
            Kind.IDENTIFIER,
            Unit.NONE,
            "The kernel's reason for the last RST that this endpoint sent; absent if it sent none, and on kernels that do not report"
                    + " the reason: " + ResetReason.list() + ".",
            "enum sk_rst_reason of tcp_send_reset (Linux 6.10); source bpf");

    /** The width of a field in the row. */
    public enum Width {
        U8(1),
        U16(2),
        U32(4),
        U64(8),
        /** A text of at most 16 bytes, terminated by a zero byte if shorter. */
        TEXT(16),
        /** An address of 4 or 16 bytes; 16 bytes are followed by a zone index of 4 bytes. In network order (RFC 4001). */
        ADDRESS(20);

        private final int bytes;

        Width(int bytes) {
            this.bytes = bytes;
        }

        /** Returns the number of bytes in the row. */
        public int bytes() {
            return bytes;
        }
    }

    /** The kind of a field's value. {@link FieldProjection} has the only switch over it. */
    public enum Kind {
        ADDRESS,
        ADDRESS_TYPE,
        BITS,
        /** Only grows during the connection's life. */
        COUNTER,
        FLAG,
        GAUGE,
        IDENTIFIER,
        NAME,
        PORT,
        STATE,
        TIME
    }

    /** The maximum id plus 1. */
    static final int ID_LIMIT =
            Arrays.stream(values()).mapToInt(FlowField::id).max().orElseThrow() + 1;

    private final int id;
    private final String label;
    private final Width width;
    private final Kind kind;
    private final Unit unit;
    private final String doc;
    private final String origin;

    FlowField(int id, String label, Width width, Kind kind, Unit unit, String doc, String origin) {
        this.id = id;
        this.label = label;
        this.width = width;
        this.kind = kind;
        this.unit = unit;
        this.doc = doc;
        this.origin = origin;
    }

    /** Returns its id, 2 to 191: the SNMP column and the presence bit. */
    public int id() {
        return id;
    }

    /** Returns its name in every projection: "cwnd". */
    @Override
    public String label() {
        return label;
    }

    /** Returns its width in the row. */
    public Width width() {
        return width;
    }

    /** Returns the kind of its value. Outside of this package, implement {@link FieldProjection} instead of calling this. */
    public Kind kind() {
        return kind;
    }

    /** Returns the value's unit. */
    @Override
    public Unit unit() {
        return unit;
    }

    /** Returns its description. */
    @Override
    public String doc() {
        return doc;
    }

    /** Returns its origin: the field of the kernel, the conversion, the first kernel version that has it. */
    public String origin() {
        return origin;
    }

    /** Returns true if its value is a number, false if it is an address or a text. */
    @Override
    public boolean numeric() {
        return width.bytes <= Long.BYTES;
    }

    /** Returns true if its value is a time, in nanoseconds of CLOCK_MONOTONIC. */
    public boolean isTime() {
        return kind == Kind.TIME;
    }

    /** Returns true if {@link FlowColumns} computes it from other fields; it is absent from rows. */
    public boolean derived() {
        return this == RTT_P50 || this == RTT_P90 || this == RTT_P99;
    }

    /** Returns true if it is a counter, which only grows during the connection's life. */
    public boolean isCounter() {
        return kind == Kind.COUNTER;
    }

    /** Returns true if flows can be ranked by it: it is a measure, not a name, a port or a time. */
    @Override
    public boolean rankable() {
        return kind == Kind.COUNTER || kind == Kind.GAUGE;
    }

    /** Returns the field with this name. */
    public static Optional<FlowField> find(String label) {
        return Arrays.stream(values())
                .filter(field -> field.label.equals(label))
                .findFirst();
    }

    /** Returns all fields, in the order of their ids. */
    public static List<FlowField> all() {
        return List.of(values());
    }
}
