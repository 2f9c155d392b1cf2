/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Rendered from FlowLayout.java by FlowRowHeaderTest: do not edit. What the fields mean: docs/fields.md. */
#ifndef TCPPROBE_FLOW_ROW_H
#define TCPPROBE_FLOW_ROW_H

/* The number of a field: the bit of it in present. */
enum flow_field {
	F_LOCAL_ADDRESS_TYPE = 2,
	F_LOCAL_ADDRESS = 3,
	F_LOCAL_PORT = 4,
	F_REMOTE_ADDRESS_TYPE = 5,
	F_REMOTE_ADDRESS = 6,
	F_REMOTE_PORT = 7,
	F_STATE = 8,
	F_CWND = 9,
	F_SSTHRESH = 10,
	F_SEND_WINDOW = 11,
	F_SRTT = 12,
	F_RTTVAR = 13,
	F_RTO = 14,
	F_LOST = 15,
	F_RETRANS = 16,
	F_IN_FLIGHT = 17,
	F_FRTO = 18,
	F_RECEIVE_QUEUE = 19,
	F_SEND_QUEUE = 20,
	F_SOCKET_IDF = 21,
	F_SND_NXT = 22,
	F_SND_UNA = 23,
	F_LENGTH = 24,
	F_MIN_RTT = 25,
	F_BYTES_ACKED = 26,
	F_BYTES_RECEIVED = 27,
	F_DELIVERY_RATE = 28,
	F_PACING_RATE = 29,
	F_MSS = 30,
	F_CONGESTION_CONTROL = 31,
	F_UID = 32,
	F_NETWORK_NAMESPACE = 33,
	F_INODE = 34,
	F_COOKIE = 35,
	F_INTERFACE = 36,
	F_BYTES_SENT = 37,
	F_BYTES_RETRANS = 38,
	F_SEGS_OUT = 39,
	F_SEGS_IN = 40,
	F_DATA_SEGS_OUT = 41,
	F_DATA_SEGS_IN = 42,
	F_NOT_SENT = 43,
	F_CA_STATE = 44,
	F_RETRANSMITS = 45,
	F_PROBES = 46,
	F_BACKOFF = 47,
	F_OPTIONS = 48,
	F_SEND_WINDOW_SCALE = 49,
	F_RECEIVE_WINDOW_SCALE = 50,
	F_APP_LIMITED = 51,
	F_ATO = 52,
	F_RECEIVE_MSS = 53,
	F_ADVERTISED_MSS = 54,
	F_PMTU = 55,
	F_UNACKED = 56,
	F_SACKED = 57,
	F_RETRANS_OUT = 58,
	F_REORDERING = 59,
	F_REORDER_SEEN = 60,
	F_DSACK_DUPS = 61,
	F_OUT_OF_ORDER = 62,
	F_DELIVERED = 63,
	F_DELIVERED_CE = 64,
	F_RECEIVE_RTT = 65,
	F_RECEIVE_SPACE = 66,
	F_RECEIVE_SSTHRESH = 67,
	F_RECEIVE_WINDOW = 68,
	F_BUSY_TIME = 69,
	F_RWND_LIMITED = 70,
	F_SNDBUF_LIMITED = 71,
	F_REHASH = 72,
	F_TIMEOUTS = 73,
	F_TIMEOUT_RECOVERIES = 74,
	F_TIMEOUT_TIME = 75,
	F_RECEIVED_CE = 76,
	F_LAST_DATA_SENT = 77,
	F_LAST_DATA_RECEIVED = 78,
	F_LAST_ACK_RECEIVED = 79,
	F_TOS = 80,
	F_RECEIVE_MEMORY = 81,
	F_RECEIVE_BUFFER = 82,
	F_SEND_MEMORY = 83,
	F_SEND_BUFFER = 84,
	F_BACKLOG_MEMORY = 85,
	F_DROPS = 86,
	F_FIRST_SEEN = 87,
	F_SAMPLED = 88,
	F_RTT_SAMPLES = 89,
	F_RTT_SUM = 90,
	F_RTT_LAST = 91,
	F_RTT_MAX = 92,
	F_CONGESTION_SIGNALS = 93,
	F_SLOW_STARTS = 94,
	F_CONGESTION_AVOIDS = 95,
	F_FAST_RETRANSMITS = 96,
	F_ZERO_WINDOWS_RECEIVED = 97,
	F_ZERO_WINDOWS_SENT = 98,
	F_DUP_ACK_EPISODES = 99,
	F_DUP_ACKS_RECEIVED = 100,
	F_RWIN_LIMITS = 101,
	F_CWND_LIMITS = 102,
	F_SENDER_LIMITS = 103,
	F_ACTIVE_OPEN = 104,
	F_SND_INITIAL = 105,
	F_RCV_INITIAL = 106,
	F_RCV_NXT = 107,
	F_LAST_SEEN = 108,
	F_SAMPLES = 109,
	F_SEGMENTS_SEEN = 110,
	F_PID = 111,
	F_COMMAND = 112,
	F_CGROUP = 113,
	F_PRE_CONG_CWND = 114,
	F_PRE_CONG_RTT = 115,
	F_POST_CONG_RTT = 116,
	F_POST_CONG_RTTS = 117,
	F_PIPE_MAX = 118,
	F_RECEIVE_WINDOW_MAX = 119,
	F_SEND_WINDOW_MAX = 120,
	F_RTO_MAX = 121,
	F_RTO_MIN = 122,
	F_RTT_MIN = 123,
	F_SLOW_START_CWND_MAX = 124,
	F_AVOIDANCE_CWND_MAX = 125,
	F_SSTHRESH_MAX = 126,
	F_SSTHRESH_MIN = 127,
	F_MSS_MAX = 128,
	F_MSS_MIN = 129,
	F_RETRANSMIT_QUEUE_MAX = 130,
	F_NOT_SENT_MAX = 131,
	F_RECEIVE_QUEUE_MAX = 132,
	F_REASSEMBLY_QUEUE = 133,
	F_REASSEMBLY_QUEUE_MAX = 134,
	F_TOS_RECEIVED = 135,
	F_TTL_RECEIVED = 136,
	F_NAGLE = 137,
	F_MSS_RECEIVED = 138,
	F_SPURIOUS_RECOVERIES = 139,
	F_SPURIOUS_TIMEOUTS = 140,
	F_OTHER_REDUCTIONS = 141,
	F_ABRUPT_TIMEOUTS = 142,
	F_REORDER_EPISODES = 143,
	F_REORDER_DUP_ACKS = 144,
	F_REORDER_BYTES = 145,
	F_CWND_CLAMP = 146,
	F_WINDOW_CLAMP = 147,
	F_USER_MSS = 148,
	F_QUEUED_FLAGS = 149,
	F_SEND_MEMORY_ALLOCATED = 150,
	F_MAX_PACING_RATE = 151,
	F_NO_SPACE = 152,
	F_USER_LOCKS = 153,
	F_CHRONO_TYPE = 154,
	F_SOCKET_ERROR = 155,
	F_END_REASON = 156,
	F_RETRANS_TIMEOUT = 157,
	F_RETRANS_FAST = 158,
	F_RETRANS_PROBE = 159,
	F_RETRANS_HANDSHAKE = 160,
	F_ZERO_WINDOW_PROBES = 161,
	F_HANDSHAKE_TIME = 162,
	F_RTT_FROM_0 = 163,
	F_RTT_FROM_32 = 164,
	F_RTT_FROM_64 = 165,
	F_RTT_FROM_128 = 166,
	F_RTT_FROM_256 = 167,
	F_RTT_FROM_512 = 168,
	F_RTT_FROM_1024 = 169,
	F_RTT_FROM_2048 = 170,
	F_RTT_FROM_4096 = 171,
	F_RTT_FROM_8192 = 172,
	F_RTT_FROM_16384 = 173,
	F_RTT_FROM_32768 = 174,
	F_RTT_FROM_65536 = 175,
	F_RTT_FROM_131072 = 176,
	F_RTT_FROM_262144 = 177,
	F_RTT_FROM_524288 = 178,
	F_RTT_FROM_1048576 = 179,
	F_RTT_FROM_2097152 = 180,
	F_RTT_P50 = 181,
	F_RTT_P90 = 182,
	F_RTT_P99 = 183,
	F_BBR_BANDWIDTH = 184,
	F_BBR_MIN_RTT = 185,
	F_BBR_PACING_GAIN = 186,
	F_BBR_CWND_GAIN = 187,
	F_BBR_MODE = 188,
	F_RESET_REASON = 189,
};

/* Why a connection ended: EndReason.java. */
enum end_reason {
	END_UNKNOWN = 1,
	END_FIN_SENT = 2,
	END_FIN_RECEIVED = 3,
	END_RESET_SENT = 4,
	END_RESET_RECEIVED = 5,
	END_TIMED_OUT = 6,
	END_CONNECTION_REFUSED = 7,
	END_CONNECT_TIMED_OUT = 8,
	END_UNREACHABLE = 9,
	END_DESTROYED = 10,
	END_CONNECT_CANCELLED = 11,
	END_CONNECT_FAILED = 12,
};

/* Why the kernel sent a RST: ResetReason.java. */
enum reset_reason {
	RESET_OTHER = 1,
	RESET_NOT_SPECIFIED = 2,
	RESET_NO_SOCKET = 3,
	RESET_TCP_INVALID_ACK_SEQUENCE = 4,
	RESET_TCP_RFC7323_PAWS = 5,
	RESET_TCP_TOO_OLD_ACK = 6,
	RESET_TCP_ACK_UNSENT_DATA = 7,
	RESET_TCP_FLAGS = 8,
	RESET_TCP_OLD_ACK = 9,
	RESET_TCP_ABORT_ON_DATA = 10,
	RESET_TCP_TIMEWAIT_SOCKET = 11,
	RESET_INVALID_SYN = 12,
	RESET_TCP_ABORT_ON_CLOSE = 13,
	RESET_TCP_ABORT_ON_LINGER = 14,
	RESET_TCP_ABORT_ON_MEMORY = 15,
	RESET_TCP_STATE = 16,
	RESET_TCP_KEEPALIVE_TIMEOUT = 17,
	RESET_TCP_DISCONNECT_WITH_DATA = 18,
	RESET_MPTCP_RST_EUNSPEC = 19,
	RESET_MPTCP_RST_EMPTCP = 20,
	RESET_MPTCP_RST_ERESOURCE = 21,
	RESET_MPTCP_RST_EPROHIBIT = 22,
	RESET_MPTCP_RST_EWQ2BIG = 23,
	RESET_MPTCP_RST_EBADPERF = 24,
	RESET_MPTCP_RST_EMIDDLEBOX = 25,
	RESET_ERROR = 26,
};

/* Those that the kernel has under the same name. */
#define RESET_REASONS(X) \
	X(NOT_SPECIFIED) \
	X(NO_SOCKET) \
	X(TCP_INVALID_ACK_SEQUENCE) \
	X(TCP_RFC7323_PAWS) \
	X(TCP_TOO_OLD_ACK) \
	X(TCP_ACK_UNSENT_DATA) \
	X(TCP_FLAGS) \
	X(TCP_OLD_ACK) \
	X(TCP_ABORT_ON_DATA) \
	X(TCP_TIMEWAIT_SOCKET) \
	X(INVALID_SYN) \
	X(TCP_ABORT_ON_CLOSE) \
	X(TCP_ABORT_ON_LINGER) \
	X(TCP_ABORT_ON_MEMORY) \
	X(TCP_STATE) \
	X(TCP_KEEPALIVE_TIMEOUT) \
	X(TCP_DISCONNECT_WITH_DATA) \
	X(MPTCP_RST_EUNSPEC) \
	X(MPTCP_RST_EMPTCP) \
	X(MPTCP_RST_ERESOURCE) \
	X(MPTCP_RST_EPROHIBIT) \
	X(MPTCP_RST_EWQ2BIG) \
	X(MPTCP_RST_EBADPERF) \
	X(MPTCP_RST_EMIDDLEBOX) \
	X(ERROR)

struct flow_row {
	__u32 sequence; /* odd while the row is written */
	__u32 flow_id; /* 0 = the row is free */
	__u64 present[3];
	__u64 socket_idf;
	__u64 snd_nxt;
	__u64 bytes_acked;
	__u64 bytes_received;
	__u64 delivery_rate;
	__u64 pacing_rate;
	__u64 cookie;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u64 busy_time;
	__u64 rwnd_limited;
	__u64 sndbuf_limited;
	__u64 first_seen;
	__u64 sampled;
	__u64 rtt_sum;
	__u64 last_seen;
	__u64 segments_seen;
	__u64 cgroup;
	__u64 pre_cong_cwnd;
	__u64 pre_cong_rtt;
	__u64 post_cong_rtt;
	__u64 max_pacing_rate;
	__u64 bbr_bandwidth;
	__u32 cwnd;
	__u32 ssthresh;
	__u32 send_window;
	__u32 srtt;
	__u32 rttvar;
	__u32 rto;
	__u32 lost;
	__u32 retrans;
	__u32 in_flight;
	__u32 receive_queue;
	__u32 send_queue;
	__u32 snd_una;
	__u32 min_rtt;
	__u32 mss;
	__u32 uid;
	__u32 network_namespace;
	__u32 inode;
	__u32 interface;
	__u32 segs_out;
	__u32 segs_in;
	__u32 data_segs_out;
	__u32 data_segs_in;
	__u32 not_sent;
	__u32 ato;
	__u32 receive_mss;
	__u32 advertised_mss;
	__u32 pmtu;
	__u32 unacked;
	__u32 sacked;
	__u32 retrans_out;
	__u32 reordering;
	__u32 reorder_seen;
	__u32 dsack_dups;
	__u32 out_of_order;
	__u32 delivered;
	__u32 delivered_ce;
	__u32 receive_rtt;
	__u32 receive_space;
	__u32 receive_ssthresh;
	__u32 receive_window;
	__u32 rehash;
	__u32 timeout_time;
	__u32 received_ce;
	__u32 last_data_sent;
	__u32 last_data_received;
	__u32 last_ack_received;
	__u32 receive_memory;
	__u32 receive_buffer;
	__u32 send_memory;
	__u32 send_buffer;
	__u32 backlog_memory;
	__u32 drops;
	__u32 rtt_samples;
	__u32 rtt_last;
	__u32 rtt_max;
	__u32 congestion_signals;
	__u32 slow_starts;
	__u32 congestion_avoids;
	__u32 fast_retransmits;
	__u32 zero_windows_received;
	__u32 zero_windows_sent;
	__u32 dup_ack_episodes;
	__u32 dup_acks_received;
	__u32 rwin_limits;
	__u32 cwnd_limits;
	__u32 sender_limits;
	__u32 snd_initial;
	__u32 rcv_initial;
	__u32 rcv_nxt;
	__u32 samples;
	__u32 pid;
	__u32 post_cong_rtts;
	__u32 pipe_max;
	__u32 receive_window_max;
	__u32 send_window_max;
	__u32 rto_max;
	__u32 rto_min;
	__u32 rtt_min;
	__u32 slow_start_cwnd_max;
	__u32 avoidance_cwnd_max;
	__u32 ssthresh_max;
	__u32 ssthresh_min;
	__u32 mss_max;
	__u32 mss_min;
	__u32 retransmit_queue_max;
	__u32 not_sent_max;
	__u32 receive_queue_max;
	__u32 reassembly_queue;
	__u32 reassembly_queue_max;
	__u32 mss_received;
	__u32 spurious_recoveries;
	__u32 spurious_timeouts;
	__u32 other_reductions;
	__u32 abrupt_timeouts;
	__u32 reorder_episodes;
	__u32 reorder_dup_acks;
	__u32 reorder_bytes;
	__u32 cwnd_clamp;
	__u32 window_clamp;
	__u32 user_mss;
	__u32 send_memory_allocated;
	__u32 retrans_timeout;
	__u32 retrans_fast;
	__u32 retrans_probe;
	__u32 retrans_handshake;
	__u32 zero_window_probes;
	__u32 handshake_time;
	__u32 rtt_from_0;
	__u32 rtt_from_32;
	__u32 rtt_from_64;
	__u32 rtt_from_128;
	__u32 rtt_from_256;
	__u32 rtt_from_512;
	__u32 rtt_from_1024;
	__u32 rtt_from_2048;
	__u32 rtt_from_4096;
	__u32 rtt_from_8192;
	__u32 rtt_from_16384;
	__u32 rtt_from_32768;
	__u32 rtt_from_65536;
	__u32 rtt_from_131072;
	__u32 rtt_from_262144;
	__u32 rtt_from_524288;
	__u32 rtt_from_1048576;
	__u32 rtt_from_2097152;
	__u32 rtt_p50;
	__u32 rtt_p90;
	__u32 rtt_p99;
	__u32 bbr_min_rtt;
	__u32 bbr_pacing_gain;
	__u32 bbr_cwnd_gain;
	__u32 local_address[5];
	__u32 remote_address[5];
	__u32 congestion_control[4];
	__u32 command[4];
	__u16 local_port;
	__u16 remote_port;
	__u16 length;
	__u16 timeouts;
	__u16 timeout_recoveries;
	__u16 socket_error;
	__u8 local_address_type;
	__u8 remote_address_type;
	__u8 state;
	__u8 frto;
	__u8 ca_state;
	__u8 retransmits;
	__u8 probes;
	__u8 backoff;
	__u8 options;
	__u8 send_window_scale;
	__u8 receive_window_scale;
	__u8 app_limited;
	__u8 tos;
	__u8 active_open;
	__u8 tos_received;
	__u8 ttl_received;
	__u8 nagle;
	__u8 queued_flags;
	__u8 no_space;
	__u8 user_locks;
	__u8 chrono_type;
	__u8 end_reason;
	__u8 bbr_mode;
	__u8 reset_reason;
} __attribute__((aligned(64)));

#endif
