/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What only the sight of every segment can tell. Each call sees what the segment before has changed. */
#ifndef TCPPROBE_WATCH_H
#define TCPPROBE_WATCH_H

#include "table.h"

/*
 * The round-trip time that the kernel took in: tcp_rtt_estimator does srtt += m - srtt / 8 for a sample m, with srtt 8
 * times the mean; so m = new - old + old / 8. A sample changes srtt or, if it equals the mean, mdev.
 */
static __always_inline void watch_rtt(struct flow_state *st, __u32 srtt, __u32 mdev)
{
	__u32 sample = st->srtt ? srtt - st->srtt + (st->srtt >> 3) : srtt >> 3;

	st->srtt = srtt;
	st->mdev = mdev;
	st->rtt_last = sample;
	st->rtt_sum += sample;
	st->rtt_samples++;
	if (sample > st->rtt_max)
		st->rtt_max = sample;
	if (st->after_signal) {
		st->after_signal = 0;
		st->post_cong_rtt += sample;
		st->post_cong_rtts++;
	}
}

static __always_inline void watch_ca_state(struct tcp_sock *tp, struct flow_state *st, __u8 ca_state)
{
	bool signal = ca_state >= CA_RECOVERY || (ca_state == CA_CWR && st->ca_state < CA_CWR);

	if (ca_state == st->ca_state)
		return;
	if (ca_state == CA_RECOVERY)
		st->fast_retransmits++;
	if (ca_state == CA_LOSS)
		st->losses++;
	if (signal) {
		st->congestion_signals++;
		st->pre_cong_cwnd += (__u64)st->cwnd * tp->mss_cache;
		st->pre_cong_rtt += st->rtt_last;
		st->after_signal = 1;
	}
	st->ca_state = ca_state;
}

static __always_inline void watch_cwnd(struct tcp_sock *tp, struct flow_state *st, __u32 cwnd)
{
	if (cwnd > st->cwnd && st->ca_state <= CA_DISORDER) {
		if (st->cwnd < tp->snd_ssthresh)
			st->slow_starts++;
		else
			st->congestion_avoids++;
	}
	st->cwnd = cwnd;
}

static __always_inline void watch_limit(struct flow_state *st, __u8 chrono)
{
	__u8 limit = chrono == CHRONO_SNDBUF_LIMITED ? 0 : chrono;

	st->chrono = chrono;
	if (limit == st->limit)
		return;
	st->limit = limit;
	if (limit == CHRONO_RWND_LIMITED)
		st->rwin_limits++;
	else if (limit == CHRONO_BUSY)
		st->cwnd_limits++;
	else
		st->sender_limits++;
}

static __always_inline void watch_windows(struct flow_state *st, __u8 shut)
{
	__u8 now_shut = shut & ~st->shut;

	st->zero_windows_received += now_shut & 1;
	st->zero_windows_sent += now_shut >> 1;
	st->shut = shut;
}

/* The duplicate ACKs of one episode ask for the same data. */
static __always_inline void watch_out_of_order(struct tcp_sock *tp, struct flow_state *st)
{
	__u32 rcv_nxt = tp->rcv_nxt;
	__u32 ooo = tp->rcv_ooopack;

	if (ooo == st->ooo)
		return;
	st->ooo = ooo;
	if (!st->dup_ack_episodes || rcv_nxt != st->dup_acked)
		st->dup_ack_episodes++;
	st->dup_acked = rcv_nxt;
}

static __always_inline void watch_sacked(struct flow_state *st, __u32 sacked)
{
	if (sacked > st->sacked)
		st->dup_acks_received++;
	st->sacked = sacked;
}

static __always_inline __u8 windows_shut(struct tcp_sock *tp)
{
	return !tp->snd_wnd | !tp->rcv_wnd << 1;
}

/* Where the kernel tells of it, on_ca_state counts, at no cost for a segment. */
static __always_inline bool told_of_ca_state(void)
{
	return bpf_core_type_exists(btf_trace_tcp_cong_state_set);
}

static __always_inline void watch(struct tcp_sock *tp, struct flow_state *st)
{
	__u32 srtt = tp->srtt_us;
	__u32 mdev = tp->mdev_us;
	__u32 cwnd = tp->snd_cwnd;
	__u8 chrono = BPF_CORE_READ_BITFIELD(tp, chrono_type);

	if (!told_of_ca_state())
		watch_ca_state(tp, st, BPF_CORE_READ_BITFIELD(tp, inet_conn.icsk_ca_state));
	if ((srtt ^ st->srtt) | (mdev ^ st->mdev))
		watch_rtt(st, srtt, mdev);
	if (cwnd != st->cwnd)
		watch_cwnd(tp, st, cwnd);
	if (chrono != st->chrono)
		watch_limit(st, chrono);
	if (__builtin_expect(!tp->snd_wnd || !tp->rcv_wnd || st->shut, 0))
		watch_windows(st, windows_shut(tp));
	if (tp->out_of_order_queue.rb_node) /* the counter itself lies far from what the kernel has at hand */
		watch_out_of_order(tp, st);
	if (st->ca_state) /* while it is 0, open, nothing is SACKed */
		watch_sacked(st, tp->sacked_out);
}

/* Carries snd_nxt on beyond 2^32: the bytes sent tell how often it has wrapped since, the number itself the rest. */
static __always_inline void carry_on(struct tcp_sock *tp, struct flow_state *st)
{
	__u64 sent = tp->bytes_sent - tp->bytes_retrans;
	__u64 about = st->snd_nxt + (sent - st->sent);

	st->snd_nxt = about + (__s32)(tp->snd_nxt - (__u32)about);
	st->sent = sent;
}

/* Begins to watch a socket: what is so now has not just happened. */
static __always_inline void watch_begin(struct tcp_sock *tp, struct flow_state *st)
{
	st->srtt = tp->srtt_us;
	st->mdev = tp->mdev_us;
	st->cwnd = tp->snd_cwnd;
	st->ca_state = BPF_CORE_READ_BITFIELD(tp, inet_conn.icsk_ca_state);
	st->chrono = BPF_CORE_READ_BITFIELD(tp, chrono_type);
	st->limit = st->chrono == CHRONO_SNDBUF_LIMITED ? 0 : st->chrono;
	st->shut = windows_shut(tp);
	st->ooo = tp->rcv_ooopack;
	st->sacked = tp->sacked_out;
	st->snd_nxt = tp->snd_nxt;
	st->sent = tp->bytes_sent - tp->bytes_retrans;
}

#endif
