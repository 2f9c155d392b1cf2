/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Writes a flow's row: its identity once, its state at every sample. The units are those declared in FlowField.java. */
#ifndef TCPPROBE_SAMPLE_H
#define TCPPROBE_SAMPLE_H

#include "table.h"
#include "watch.h"
#include "bbr.h"

#define NO_SSTHRESH 0x7fffffff
#define NO_MIN_RTT ((__u32)-1)
#define UNLIMITED (~0ULL)

/* include/net/tcp.h */
#define ECN_OK (1 << 0)
#define ECN_SEEN (1 << 3)
#define ECN_ACCURATE (1 << 4)
#define NAGLE_OFF 1
#define MAX_UNSCALED_WINDOW 65535U

/* The states in which a FIN of ours was queued. */
#define FIN_QUEUED (1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2 | 1 << TCP_CLOSING | 1 << TCP_LAST_ACK)

/* Bits of queued_flags. */
enum { QUEUED_TO_READ = 1, QUEUED_TO_SEND = 2 };

/* Presence: fields that any kernel with these programs has. */
#define PRESENT_LOW                                                                                        \
	(BIT(F_LOCAL_ADDRESS_TYPE) | BIT(F_LOCAL_ADDRESS) | BIT(F_LOCAL_PORT) | BIT(F_REMOTE_ADDRESS_TYPE) | \
	 BIT(F_REMOTE_ADDRESS) | BIT(F_REMOTE_PORT) | BIT(F_STATE) | BIT(F_CWND) | BIT(F_SSTHRESH) |       \
	 BIT(F_SEND_WINDOW) | BIT(F_RTO) | BIT(F_LOST) | BIT(F_RETRANS) | BIT(F_IN_FLIGHT) | BIT(F_FRTO) | \
	 BIT(F_RECEIVE_QUEUE) | BIT(F_SEND_QUEUE) | BIT(F_SOCKET_IDF) | BIT(F_SND_NXT) | BIT(F_SND_UNA) |  \
	 BIT(F_LENGTH) | BIT(F_BYTES_ACKED) | BIT(F_BYTES_RECEIVED) | BIT(F_MSS) |                         \
	 BIT(F_CONGESTION_CONTROL) | BIT(F_UID) | BIT(F_NETWORK_NAMESPACE) | BIT(F_COOKIE) |               \
	 BIT(F_BYTES_SENT) | BIT(F_BYTES_RETRANS) | BIT(F_SEGS_OUT) | BIT(F_SEGS_IN) |                     \
	 BIT(F_DATA_SEGS_OUT) | BIT(F_DATA_SEGS_IN) | BIT(F_NOT_SENT) | BIT(F_CA_STATE) |                  \
	 BIT(F_RETRANSMITS) | BIT(F_PROBES) | BIT(F_BACKOFF) | BIT(F_OPTIONS) | BIT(F_APP_LIMITED) |       \
	 BIT(F_ATO) | BIT(F_RECEIVE_MSS) | BIT(F_ADVERTISED_MSS) | BIT(F_PMTU) | BIT(F_UNACKED) |          \
	 BIT(F_SACKED) | BIT(F_RETRANS_OUT) | BIT(F_REORDERING) | BIT(F_REORDER_SEEN) |                    \
	 BIT(F_DSACK_DUPS) | BIT(F_OUT_OF_ORDER) | BIT(F_DELIVERED))

#define PRESENT_HIGH                                                                                        \
	(BIT(F_DELIVERED_CE) | BIT(F_RECEIVE_SPACE) | BIT(F_RECEIVE_SSTHRESH) | BIT(F_RECEIVE_WINDOW) |     \
	 BIT(F_BUSY_TIME) | BIT(F_RWND_LIMITED) | BIT(F_SNDBUF_LIMITED) | BIT(F_TIMEOUTS) |                 \
	 BIT(F_LAST_DATA_SENT) | BIT(F_LAST_DATA_RECEIVED) | BIT(F_LAST_ACK_RECEIVED) | BIT(F_TOS) |        \
	 BIT(F_RECEIVE_MEMORY) | BIT(F_RECEIVE_BUFFER) | BIT(F_SEND_MEMORY) | BIT(F_SEND_BUFFER) |          \
	 BIT(F_BACKLOG_MEMORY) | BIT(F_DROPS) | BIT(F_FIRST_SEEN) | BIT(F_SAMPLED) | BIT(F_RTT_SAMPLES) |   \
	 BIT(F_RTT_SUM) | BIT(F_CONGESTION_SIGNALS) | BIT(F_SLOW_STARTS) | BIT(F_CONGESTION_AVOIDS) |       \
	 BIT(F_FAST_RETRANSMITS) | BIT(F_ZERO_WINDOWS_RECEIVED) | BIT(F_ZERO_WINDOWS_SENT) |                \
	 BIT(F_DUP_ACK_EPISODES) | BIT(F_DUP_ACKS_RECEIVED) | BIT(F_RWIN_LIMITS) | BIT(F_CWND_LIMITS) |     \
	 BIT(F_SENDER_LIMITS) | BIT(F_RCV_NXT) | BIT(F_LAST_SEEN) | BIT(F_SAMPLES) |                        \
	 BIT(F_SEGMENTS_SEEN) | BIT(F_PRE_CONG_CWND) | BIT(F_PRE_CONG_RTT) | BIT(F_POST_CONG_RTT) |         \
	 BIT(F_POST_CONG_RTTS) | BIT(F_PIPE_MAX) | BIT(F_RECEIVE_WINDOW_MAX) | BIT(F_SEND_WINDOW_MAX) |     \
	 BIT(F_RTO_MAX) | BIT(F_RTO_MIN))

/* rtt_from_0 and the fields after it. */
#define PRESENT_HISTOGRAM (BIT(F_RTT_FROM_2097152 + 1) - BIT(F_RTT_FROM_0))

/* Fields from 128 on. */
#define PRESENT_TOP                                                                                        \
	(BIT(F_MSS_MAX) | BIT(F_MSS_MIN) | BIT(F_RETRANSMIT_QUEUE_MAX) | BIT(F_NOT_SENT_MAX) |            \
	 BIT(F_RECEIVE_QUEUE_MAX) | BIT(F_REASSEMBLY_QUEUE) | BIT(F_REASSEMBLY_QUEUE_MAX) | BIT(F_NAGLE) | \
	 BIT(F_MSS_RECEIVED) | BIT(F_SPURIOUS_RECOVERIES) | BIT(F_SPURIOUS_TIMEOUTS) |                     \
	 BIT(F_OTHER_REDUCTIONS) | BIT(F_ABRUPT_TIMEOUTS) | BIT(F_REORDER_EPISODES) |                      \
	 BIT(F_REORDER_DUP_ACKS) | BIT(F_REORDER_BYTES) | BIT(F_CWND_CLAMP) | BIT(F_WINDOW_CLAMP) |        \
	 BIT(F_USER_MSS) | BIT(F_QUEUED_FLAGS) | BIT(F_USER_LOCKS) | BIT(F_CHRONO_TYPE) |          \
	 BIT(F_ZERO_WINDOW_PROBES) | PRESENT_HISTOGRAM)

/* Fields of a connection that was never established. */
#define PRESENT_FAILED_LOW                                                                                   \
	(BIT(F_LOCAL_ADDRESS_TYPE) | BIT(F_LOCAL_ADDRESS) | BIT(F_LOCAL_PORT) | BIT(F_REMOTE_ADDRESS_TYPE) | \
	 BIT(F_REMOTE_ADDRESS) | BIT(F_REMOTE_PORT) | BIT(F_STATE) | BIT(F_RETRANS) | BIT(F_UID) |           \
	 BIT(F_NETWORK_NAMESPACE) | BIT(F_COOKIE))
#define PRESENT_FAILED_HIGH (BIT(F_FIRST_SEEN) | BIT(F_SAMPLED) | BIT(F_LAST_SEEN))

#define PRESENT_OPENED (BIT(F_ACTIVE_OPEN) | BIT(F_SND_INITIAL) | BIT(F_RCV_INITIAL))
#define PRESENT_RETRANS (BIT(F_RETRANS_TIMEOUT) | BIT(F_RETRANS_FAST) | BIT(F_RETRANS_PROBE))
#define PRESENT_OWNER (BIT(F_PID) | BIT(F_COMMAND))
#define PRESENT_IP (BIT(F_TOS_RECEIVED) | BIT(F_TTL_RECEIVED))
#define PRESENT_RTT (BIT(F_RTT_LAST) | BIT(F_RTT_MAX))

/* The kernel's states (net/tcp_states.h) as tcpConnectionState of RFC 4022 numbers them. */
const volatile __u8 mib_states[16] = { 0, 5, 3, 4, 6, 7, 11, 1, 8, 9, 2, 10, 4 };

/* RFC 4001. */
enum { ADDRESS_IPV4 = 1, ADDRESS_IPV6 = 2, ADDRESS_IPV6Z = 4 };

static __always_inline __u8 write_address(__u32 *to, const struct in6_addr *from, __be32 v4, bool v6, __u32 zone)
{
	if (v6) {
		__u32 a = from->in6_u.u6_addr32[0], b = from->in6_u.u6_addr32[1];
		__u32 c = from->in6_u.u6_addr32[2], d = from->in6_u.u6_addr32[3];

		if (a || b || c != __builtin_bswap32(0xffff)) {
			to[0] = a;
			to[1] = b;
			to[2] = c;
			to[3] = d;
			to[4] = __builtin_bswap32(zone);
			return zone && (__builtin_bswap32(a) & 0xffc00000) == 0xfe800000 ? ADDRESS_IPV6Z : ADDRESS_IPV6;
		}
		v4 = d;
	}
	to[0] = v4;
	return ADDRESS_IPV4;
}

static __always_inline void write_endpoints(struct flow_row *row, struct tcp_sock *tp)
{
	struct sock *sk = (struct sock *)tp;
	struct sock_common *skc = &sk->__sk_common;
	bool v6 = skc->skc_family == AF_INET6;
	__u32 zone = skc->skc_bound_dev_if;

	row->local_address_type =
		write_address(row->local_address, &skc->skc_v6_rcv_saddr, skc->skc_rcv_saddr, v6, zone);
	row->remote_address_type = write_address(row->remote_address, &skc->skc_v6_daddr, skc->skc_daddr, v6, zone);
	row->local_port = local_port(tp);
	row->remote_port = __builtin_bswap16(skc->skc_dport);
}

static __always_inline __u32 inode_of(struct sock *sk)
{
	struct socket *socket = sk->sk_socket;

	if (!socket)
		return 0;
	if (bpf_core_field_exists(sk->sk_ino))
		return sk->sk_ino;
	return BPF_CORE_READ((struct socket_alloc *)socket, vfs_inode.i_ino);
}

static __always_inline void note_namespace(__u32 number)
{
	__u32 *seen = &namespaces_seen[number & (NAMESPACES_SEEN - 1)];

	if (READ_ONCE(*seen) == number)
		return;
	WRITE_ONCE(*seen, number);
	__sync_fetch_and_add(&table.namespaces, 1);
}

/* Writes the fields that do not change. */
static __always_inline void write_identity(struct flow_row *row, struct tcp_sock *tp)
{
	struct sock *sk = (struct sock *)tp;
	__u64 low = PRESENT_LOW, high = PRESENT_HIGH, top = PRESENT_TOP;

	write_endpoints(row, tp);
	row->network_namespace = sk->__sk_common.skc_net.net->ns.inum;
	note_namespace(row->network_namespace);
	row->interface = sk->__sk_common.skc_bound_dev_if;
	if (row->interface)
		low |= BIT(F_INTERFACE);
	row->inode = 0;
	if (bpf_core_field_exists(sk->sk_cgrp_data.cgroup)) {
		row->cgroup = sk->sk_cgrp_data.cgroup->kn->id;
		high |= BIT(F_CGROUP);
	}
	if (bpf_core_field_exists(tp->plb_rehash))
		high |= BIT(F_REHASH);
	if (bpf_core_field_exists(tp->total_rto))
		high |= BIT(F_TIMEOUT_TIME) | BIT(F_TIMEOUT_RECOVERIES);
	else if (!has_ca_state_events())
		high &= ~BIT(F_TIMEOUTS);
	if (bpf_core_field_exists(tp->received_ce))
		high |= BIT(F_RECEIVED_CE);
	if (bpf_core_field_exists(sk->sk_wmem_alloc.refs))
		top |= BIT(F_SEND_MEMORY_ALLOCATED);
	if (features.on_retransmit)
		top |= PRESENT_RETRANS;
	row->present[0] = low;
	row->present[1] = high;
	row->present[2] = top;
}

static __always_inline void raise(__u32 *max, __u32 value)
{
	if (value > *max)
		*max = value;
}

static __always_inline void lower(__u32 *min, __u32 value)
{
	if (value < *min)
		*min = value;
}

/* The row may have belonged to another flow. */
static __always_inline void reset_extremes(struct flow_row *row)
{
	row->pipe_max = row->receive_window_max = row->rto_max = 0;
	row->slow_start_cwnd_max = row->avoidance_cwnd_max = row->ssthresh_max = row->mss_max = 0;
	row->retransmit_queue_max = row->not_sent_max = row->receive_queue_max = 0;
	row->rto_min = row->rtt_min = row->ssthresh_min = row->mss_min = ~0U;
}

/* Updates the maxima and minima from the values just written to the row. */
static __always_inline void write_extremes(struct flow_row *row)
{
	__u32 mss = row->mss, cwnd = row->cwnd, ssthresh = row->ssthresh;

	raise(&row->pipe_max, row->in_flight * mss);
	raise(&row->receive_window_max, row->receive_window);
	raise(&row->rto_max, row->rto);
	lower(&row->rto_min, row->rto);
	lower(&row->rtt_min, row->min_rtt);
	raise(&row->mss_max, mss);
	lower(&row->mss_min, mss);
	raise(&row->retransmit_queue_max, row->unacked * mss);
	raise(&row->not_sent_max, row->not_sent);
	raise(&row->receive_queue_max, row->receive_queue);
	if (row->ca_state <= CA_DISORDER)
		raise(cwnd < ssthresh ? &row->slow_start_cwnd_max : &row->avoidance_cwnd_max, cwnd * mss);
	if (ssthresh < NO_SSTHRESH) {
		raise(&row->ssthresh_max, ssthresh * mss);
		lower(&row->ssthresh_min, ssthresh * mss);
	}
}

static __always_inline void present_if(bool present, __u64 *word, __u64 bits)
{
	*word = present ? *word | bits : *word & ~bits;
}

/*
 * Returns true if bytes_acked counts, or will count, our SYN: the kernel counts that of an active opener. If the opening was not
 * seen, this follows from the counts: octets sent = octets acknowledged + octets outstanding, apart from SYN and FIN.
 */
static __always_inline bool counts_syn(struct tcp_sock *tp, bool opening_seen)
{
	__u32 sent = tp->bytes_sent - tp->bytes_retrans;
	__u32 numbers = (__u32)tp->bytes_acked + tp->snd_nxt - tp->snd_una;
	__u8 state = ((struct sock *)tp)->__sk_common.skc_state;

	if (opening_seen) /* bytes_acked == 0: the connection was restored (TCP_REPAIR) */
		return tp->bytes_acked != 0;
	if ((FIN_QUEUED >> state & 1) && tp->snd_nxt == tp->write_seq)
		numbers--;
	return numbers - sent == 1;
}

/*
 * Writes counts of octets. The kernel counts sequence numbers, of which SYN and FIN take one each; these are subtracted. Our FIN
 * is queued in the states from FIN_WAIT_1 on; a closed connection no longer shows it, so fin_queued stores it. Most samples are
 * of established connections, which have no FIN.
 */
static __always_inline void write_octets(struct flow_row *row, struct tcp_sock *tp, struct flow_state *st)
{
	struct sock *sk = (struct sock *)tp;
	__u8 state = sk->__sk_common.skc_state;
	__u32 una = tp->snd_una, written = tp->write_seq, rcv_nxt = tp->rcv_nxt;
	__u64 acked = tp->bytes_acked, received = tp->bytes_received;
	__s32 not_sent = written - tp->snd_nxt, unread = rcv_nxt - tp->copied_seq;
	__u32 unacked = written - una;
	__u8 queued = 0;

	if (state != TCP_ESTABLISHED) {
		if (FIN_QUEUED >> state & 1)
			st->fin_queued = 1;
		if (st->fin_queued && unacked) {
			queued |= QUEUED_TO_SEND;
			unacked--;
			not_sent--;
		} else if (st->fin_queued && acked) {
			acked--;
		}
		if (sk->__sk_common.skc_flags >> SOCK_DONE & 1) {
			received--;
			if (unread > 0) {
				queued |= QUEUED_TO_READ;
				unread--;
			}
		}
	}
	if (st->syn_counted && acked) {
		acked--;
	} else if (st->syn_counted && unacked) {
		queued |= QUEUED_TO_SEND;
		unacked--;
	}
	row->rcv_nxt = rcv_nxt;
	row->snd_una = una;
	row->bytes_acked = acked;
	row->bytes_received = received;
	row->send_queue = unacked;
	row->not_sent = not_sent > 0 ? not_sent : 0;
	row->receive_queue = unread > 0 ? unread : 0;
	row->queued_flags = queued;
}

static __always_inline void write_sender(struct flow_row *row, struct tcp_sock *tp, __u64 *low)
{
	__u32 packets = tp->packets_out, sacked = tp->sacked_out, lost = tp->lost_out, again = tp->retrans_out;
	__u32 srtt = tp->srtt_us, min_rtt = tp->rtt_min.s[0].v;

	row->cwnd = tp->snd_cwnd;
	row->ssthresh = tp->snd_ssthresh;
	row->send_window = tp->snd_wnd;
	row->srtt = srtt >> 3;
	row->rttvar = tp->mdev_us >> 2;
	present_if(srtt, low, BIT(F_SRTT) | BIT(F_RTTVAR));
	row->min_rtt = min_rtt;
	present_if(min_rtt != NO_MIN_RTT, low, BIT(F_MIN_RTT));
	row->lost = lost;
	row->retrans = tp->total_retrans;
	row->unacked = packets;
	row->sacked = sacked;
	row->retrans_out = again;
	row->in_flight = packets - sacked - lost + again;
	row->frto = BPF_CORE_READ_BITFIELD(tp, frto);
	row->mss = tp->mss_cache;
	row->bytes_sent = tp->bytes_sent;
	row->bytes_retrans = tp->bytes_retrans;
	row->segs_out = tp->segs_out;
	row->data_segs_out = tp->data_segs_out;
	row->delivered = tp->delivered;
}

/* The kernel's window can exceed what the header field can carry. The window of a SYN is not scaled. */
static __always_inline __u32 window_sent(struct tcp_sock *tp)
{
	__u32 window = tp->rcv_wnd;
	__u8 scale = 0;

	if (window <= MAX_UNSCALED_WINDOW)
		return window;
	if (BPF_CORE_READ_BITFIELD(tp, rx_opt.wscale_ok))
		scale = BPF_CORE_READ_BITFIELD(tp, rx_opt.rcv_wscale);
	return window < MAX_UNSCALED_WINDOW << scale ? window : MAX_UNSCALED_WINDOW << scale;
}

static __always_inline void write_receiver(struct flow_row *row, struct tcp_sock *tp, struct flow_state *st,
					   __u64 *high)
{
	__u32 rtt = tp->rcv_rtt_est.rtt_us >> 3;

	row->segs_in = tp->segs_in;
	row->data_segs_in = tp->data_segs_in;
	row->out_of_order = st->ooo;
	row->receive_window = window_sent(tp);
	row->reassembly_queue = reassembly_span(tp);
	row->reassembly_queue_max = st->reassembly_max;
	raise(&row->reassembly_queue_max, row->reassembly_queue);
	row->receive_rtt = rtt;
	present_if(rtt, high, BIT(F_RECEIVE_RTT));
}

static __always_inline void write_rates(struct flow_row *row, struct tcp_sock *tp, __u64 *low)
{
	__u64 pacing = ((struct sock *)tp)->sk_pacing_rate;
	__u32 interval = tp->rate_interval_us, delivered = tp->rate_delivered;

	row->pacing_rate = pacing;
	present_if(pacing != UNLIMITED, low, BIT(F_PACING_RATE));
	if (delivered && interval)
		row->delivery_rate = (__u64)delivered * tp->mss_cache * 1000000 / interval;
	present_if(delivered && interval, low, BIT(F_DELIVERY_RATE));
	row->app_limited = BPF_CORE_READ_BITFIELD(tp, rate_app_limited);
}

static __always_inline void write_ages(struct flow_row *row, struct tcp_sock *tp, __u32 now)
{
	row->last_data_sent = millis(now - tp->lsndtime);
	row->last_data_received = millis(now - tp->inet_conn.icsk_ack.lrcvtime);
	row->last_ack_received = millis(now - tp->rcv_tstamp);
}

static __always_inline void write_timers(struct flow_row *row, struct tcp_sock *tp, __u32 now)
{
	struct inet_connection_sock *icsk = &tp->inet_conn;

	row->rto = micros(icsk->icsk_rto);
	row->ca_state = BPF_CORE_READ_BITFIELD(icsk, icsk_ca_state);
	row->retransmits = icsk->icsk_retransmits;
	row->backoff = icsk->icsk_backoff;
	write_ages(row, tp, now);
}

/* As tcp_get_info_chrono_stats does: includes the time of the current state; the busy time includes both limited times. */
static __always_inline void write_limits(struct flow_row *row, struct tcp_sock *tp, __u32 now)
{
	__u8 current = BPF_CORE_READ_BITFIELD(tp, chrono_type);
	__u32 open = now - tp->chrono_start;
	__u32 busy = tp->chrono_stat[0], rwnd = tp->chrono_stat[1], sndbuf = tp->chrono_stat[2];

	if (current == CHRONO_BUSY)
		busy += open;
	if (current == CHRONO_RWND_LIMITED)
		rwnd += open;
	if (current == CHRONO_SNDBUF_LIMITED)
		sndbuf += open;
	row->busy_time = micros((__u64)busy + rwnd + sndbuf);
	row->rwnd_limited = micros(rwnd);
	row->sndbuf_limited = micros(sndbuf);
}

static __always_inline void write_timeouts(struct flow_row *row, struct tcp_sock *tp, struct flow_state *st, __u64 now)
{
	if (bpf_core_field_exists(tp->total_rto)) {
		row->timeouts = tp->total_rto;
		row->timeout_recoveries = tp->total_rto_recoveries;
		row->timeout_time = tp->total_rto_time;
		if (tp->rto_stamp)
			row->timeout_time += (__u32)(now / 1000000) - tp->rto_stamp;
	} else {
		row->timeouts = st->losses;
	}
	if (bpf_core_field_exists(tp->plb_rehash))
		row->rehash = tp->plb_rehash + tp->timeout_rehash;
}

static __always_inline void write_options(struct flow_row *row, struct tcp_sock *tp, __u64 *low)
{
	bool scaled = BPF_CORE_READ_BITFIELD(tp, rx_opt.wscale_ok);
	__u8 ecn = tp->ecn_flags;
	__u8 options = scaled ? 4 : 0;

	if (BPF_CORE_READ_BITFIELD(tp, rx_opt.tstamp_ok))
		options |= 1;
	if (BPF_CORE_READ_BITFIELD(tp, rx_opt.sack_ok))
		options |= 2;
	if (ecn & (ECN_OK | ECN_ACCURATE))
		options |= 8;
	if (ecn & ECN_SEEN)
		options |= 16;
	if (BPF_CORE_READ_BITFIELD(tp, syn_data_acked))
		options |= 32;
	if (bpf_core_field_exists(tp->tcp_usec_ts) && BPF_CORE_READ_BITFIELD(tp, tcp_usec_ts))
		options |= 64;
	if (bpf_core_field_exists(tp->syn_fastopen_child) && BPF_CORE_READ_BITFIELD(tp, syn_fastopen_child))
		options |= 128;
	row->options = options;
	row->send_window_scale = BPF_CORE_READ_BITFIELD(tp, rx_opt.snd_wscale);
	row->receive_window_scale = BPF_CORE_READ_BITFIELD(tp, rx_opt.rcv_wscale);
	present_if(scaled, low, BIT(F_SEND_WINDOW_SCALE) | BIT(F_RECEIVE_WINDOW_SCALE));
}

static __always_inline void write_retransmissions(struct flow_row *row, struct flow_state *st)
{
	row->retrans_timeout = st->retrans_timeout;
	row->retrans_fast = st->retrans_fast;
	row->retrans_probe = st->retrans_probe;
	row->zero_window_probes = st->window_probes;
}

_Static_assert(F_RTT_FROM_2097152 - F_RTT_FROM_0 + 1 == RTT_BUCKETS, "a field for each bucket");

static __always_inline void write_histogram(struct flow_row *row, struct flow_state *st)
{
	__u32 *buckets = &row->rtt_from_0;

	for (int i = 0; i < RTT_BUCKETS; i++)
		buckets[i] = st->rtt_histogram[i];
}

static __always_inline void write_memory(struct flow_row *row, struct sock *sk)
{
	row->receive_memory = sk->sk_backlog.rmem_alloc.counter;
	row->receive_buffer = sk->sk_rcvbuf;
	row->send_memory = sk->sk_wmem_queued;
	row->send_buffer = sk->sk_sndbuf;
	row->backlog_memory = sk->sk_backlog.len;
	row->drops = sk->sk_drops.counter;
	if (bpf_core_field_exists(sk->sk_wmem_alloc.refs)) /* the socket itself holds one */
		row->send_memory_allocated = sk->sk_wmem_alloc.refs.counter - 1;
}

/* The values that distinguish the limits of a sender. */
static __always_inline void write_limiters(struct flow_row *row, struct tcp_sock *tp, struct flow_state *st)
{
	struct sock *sk = (struct sock *)tp;
	struct socket *socket = sk->sk_socket;
	__u64 limit = sk->sk_max_pacing_rate;
	__u64 *top = &row->present[2];

	row->max_pacing_rate = limit;
	present_if(limit != UNLIMITED, top, BIT(F_MAX_PACING_RATE));
	if (socket)
		row->no_space = socket->flags >> SOCK_NOSPACE & 1;
	present_if(socket, top, BIT(F_NO_SPACE));
	row->user_locks = BPF_CORE_READ_BITFIELD(sk, sk_userlocks);
	row->chrono_type = BPF_CORE_READ_BITFIELD(tp, chrono_type);
	row->socket_error = sk->sk_err;
	present_if(row->socket_error, top, BIT(F_SOCKET_ERROR));
	row->end_reason = st->end_reason;
	present_if(st->end_reason, top, BIT(F_END_REASON));
	row->reset_reason = st->reset_reason;
	present_if(st->reset_reason, top, BIT(F_RESET_REASON));
}

/* Writes what an application can set on an open socket. */
static __always_inline void write_socket_options(struct flow_row *row, struct tcp_sock *tp, struct flow_state *st,
					  __u64 *low)
{
	struct inet_sock *inet = &tp->inet_conn.icsk_inet;
	const struct tcp_congestion_ops *ca = tp->inet_conn.icsk_ca_ops;

	if (ca != st->ca_ops) {
		st->ca_ops = ca;
		bpf_probe_read_kernel(row->congestion_control, sizeof(row->congestion_control), ca->name);
	}
	row->tos = row->remote_address_type != ADDRESS_IPV4 && inet->pinet6 ? inet->pinet6->tclass : inet->tos;
	row->uid = inet->sk.sk_uid.val; /* before accept(): the listener's; fchown() changes it */
	row->inode = inode_of((struct sock *)tp); /* 0 before accept() and after close() */
	st->has_inode = !!row->inode;
	present_if(row->inode, low, BIT(F_INODE));
}

static __always_inline void write_segment_counts(struct flow_row *row, struct flow_state *st, __u64 *high)
{
	row->snd_nxt = st->snd_nxt;
	row->rtt_samples = st->rtt_samples;
	row->rtt_sum = st->rtt_sum;
	row->rtt_last = st->rtt_last;
	row->rtt_max = st->rtt_max;
	present_if(st->rtt_samples, high, PRESENT_RTT);
	row->congestion_signals = st->congestion_signals;
	row->slow_starts = st->slow_starts;
	row->congestion_avoids = st->congestion_avoids;
	row->fast_retransmits = st->fast_retransmits;
	row->zero_windows_received = st->zero_windows_received;
	row->zero_windows_sent = st->zero_windows_sent;
	row->dup_ack_episodes = st->dup_ack_episodes;
	row->dup_acks_received = st->dup_acks_received;
	row->rwin_limits = st->rwin_limits;
	row->cwnd_limits = st->cwnd_limits;
	row->sender_limits = st->sender_limits;
	row->samples = st->samples;
	row->segments_seen = st->segments;
	row->pre_cong_cwnd = st->pre_cong_cwnd;
	row->pre_cong_rtt = st->pre_cong_rtt;
	row->post_cong_rtt = st->post_cong_rtt;
	row->post_cong_rtts = st->post_cong_rtts;
	row->spurious_recoveries = st->spurious_recoveries;
	row->spurious_timeouts = st->spurious_timeouts;
	row->other_reductions = st->other_reductions;
	row->abrupt_timeouts = st->abrupt_timeouts;
	row->reorder_episodes = st->reorder_episodes;
	row->reorder_dup_acks = st->reorder_dup_acks;
	row->reorder_bytes = st->reorder_bytes;
}

/* Writes the kernel's own limits and maxima, and the fields of a received IP header. */
static __always_inline void write_bounds(struct flow_row *row, struct tcp_sock *tp, struct flow_state *st, __u64 *high)
{
	row->send_window_max = tp->max_window;
	row->cwnd_clamp = tp->snd_cwnd_clamp;
	row->window_clamp = tp->window_clamp;
	row->user_mss = tp->rx_opt.user_mss;
	row->mss_received = tp->rx_opt.mss_clamp;
	row->nagle = !(BPF_CORE_READ_BITFIELD(tp, nonagle) & NAGLE_OFF);
	row->tos_received = st->tos_received;
	row->ttl_received = st->ttl_received;
	present_if(row->rtt_min != NO_MIN_RTT, high, BIT(F_RTT_MIN));
	present_if(row->slow_start_cwnd_max, high, BIT(F_SLOW_START_CWND_MAX));
	present_if(row->avoidance_cwnd_max, high, BIT(F_AVOIDANCE_CWND_MAX));
	present_if(row->ssthresh_max, high, BIT(F_SSTHRESH_MAX) | BIT(F_SSTHRESH_MIN));
	if (st->ttl_received)
		row->present[2] |= PRESENT_IP;
}

static __always_inline void write_owner(struct flow_row *row, struct socket_note *note, __u64 *high)
{
	row->pid = note->pid;
	row->command[0] = note->command[0];
	row->command[1] = note->command[1];
	row->command[2] = note->command[2];
	row->command[3] = note->command[3];
	present_if(note->pid, high, PRESENT_OWNER);
	note->owner_changed = 0;
}

/* No file refers to an MPTCP subflow: its owner can be found by the inode only. */
static __always_inline bool is_subflow(struct tcp_sock *tp)
{
	return bpf_core_field_exists(tp->is_mptcp) && BPF_CORE_READ_BITFIELD(tp, is_mptcp);
}

/*
 * Counts a flow with an unknown process once its socket has a file, which it has from accept() on: then a scan can find the
 * process. Each flow is counted once: the kernel's own sockets (NFS) have a file that no process has open, which no scan finds.
 */
static __always_inline void note_ownerless(struct flow_row *row, struct tcp_sock *tp, struct socket_note *note)
{
	if (!row->inode || note->pid || note->ownerless_reported || is_subflow(tp))
		return;
	note->ownerless_reported = 1;
	__sync_fetch_and_add(&table.ownerless, 1);
}

static __always_inline void write_details(struct flow_row *row, struct tcp_sock *tp)
{
	struct inet_connection_sock *icsk = &tp->inet_conn;
	__u32 ato = BPF_CORE_READ_BITFIELD(icsk, icsk_ack.ato);

	if (ato > icsk->icsk_delack_max)
		ato = icsk->icsk_delack_max;
	row->ato = micros(ato);
	row->probes = icsk->icsk_probes_out;
	row->pmtu = icsk->icsk_pmtu_cookie;
	row->receive_mss = icsk->icsk_ack.rcv_mss;
	row->advertised_mss = tp->advmss;
	row->reordering = tp->reordering;
	row->reorder_seen = tp->reord_seen;
	row->dsack_dups = tp->dsack_dups;
	row->delivered_ce = tp->delivered_ce;
	row->receive_space = tp->rcvq_space.space;
	row->receive_ssthresh = tp->rcv_ssthresh;
	if (bpf_core_field_exists(tp->received_ce))
		row->received_ce = tp->received_ce;
}

/*
 * Writes the fields that change rarely or are of interest to few. To keep the other samples cheap, they are written with a
 * flow's first and last sample, by a sweep, with every 16th sample and every second.
 */
static __always_inline void write_infrequent(struct flow_row *row, struct tcp_sock *tp, struct flow_state *st,
					 struct socket_note *note, __u64 now, __u64 *low, __u64 *high)
{
	write_details(row, tp);
	write_timeouts(row, tp, st, now);
	write_options(row, tp, low);
	write_memory(row, (struct sock *)tp);
	write_limiters(row, tp, st);
	write_retransmissions(row, st);
	write_histogram(row, st);
	write_socket_options(row, tp, st, low);
	write_bbr(row, tp);
	write_bounds(row, tp, st, high);
	row->out_of_order = tp->rcv_ooopack;
	note_ownerless(row, tp, note);
	write_owner(row, note, high);
}

#define FULL_SAMPLE_INTERVAL 16

/*
 * Returns the time of a sample. Reading the clock costs as much as the rest of a sample, so by default this is the later of two
 * known times that are not after the present: the start of the tick, and the time last cached in the socket.
 */
static __always_inline __u64 time_of_sample(struct tcp_sock *tp, __u64 ticks, bool exact)
{
	__u64 tick = ticks * settings.tick_nanos;
	__u64 now, socket;

	if (exact || settings.samples) {
		now = bpf_ktime_get_ns();
		if (now - tick < READ_ONCE(table.tick_zero))
			WRITE_ONCE(table.tick_zero, now - tick);
		return now;
	}
	now = tick + READ_ONCE(table.tick_zero);
	socket = tp->tcp_clock_cache;
	return now > socket ? now : socket;
}

/* Writes the fields that change; with a note, also those that change rarely. Call between begin_write and end_write. */
static __always_inline void write_row(struct flow_row *row, struct tcp_sock *tp, struct flow_state *st,
				      struct socket_note *note, bool exact, __u64 ticks, __u32 length, __u8 state)
{
	__u64 now = time_of_sample(tp, ticks, exact || note);
	__u64 low = row->present[0], high = row->present[1];

	extend_snd_nxt(tp, st);
	st->samples++;
	st->sampled = ticks;
	st->sampled_cwnd = tp->snd_cwnd;
	write_octets(row, tp, st);
	write_sender(row, tp, &low);
	write_receiver(row, tp, st, &high);
	write_rates(row, tp, &low);
	write_timers(row, tp, ticks);
	write_limits(row, tp, ticks);
	write_segment_counts(row, st, &high);
	write_extremes(row);
	if (note)
		write_infrequent(row, tp, st, note, now, &low, &high);
	row->state = mib_states[state & 15];
	row->length = length;
	row->sampled = now;
	row->last_seen = now - micros(ticks - st->seen) * 1000;
	row->present[0] = low;
	row->present[1] = high;
}

#endif
