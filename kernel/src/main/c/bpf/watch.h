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

static __always_inline __u8 limit_of(struct tcp_sock *tp)
{
	__u8 chrono = BPF_CORE_READ_BITFIELD(tp, chrono_type);

	return chrono == CHRONO_SNDBUF_LIMITED ? 0 : chrono;
}

static __always_inline void watch_limit(struct flow_state *st, __u8 limit)
{
	st->limit = limit;
	if (limit == CHRONO_RWND_LIMITED)
		st->rwin_limits++;
	else if (limit == CHRONO_BUSY)
		st->cwnd_limits++;
	else
		st->sender_limits++;
}

static __always_inline void watch_windows(struct tcp_sock *tp, struct flow_state *st)
{
	__u8 peer_shut = !tp->snd_wnd;
	__u8 our_shut = !tp->rcv_wnd;

	if (peer_shut != st->peer_window_shut) {
		st->peer_window_shut = peer_shut;
		st->zero_windows_received += peer_shut;
	}
	if (our_shut != st->our_window_shut) {
		st->our_window_shut = our_shut;
		st->zero_windows_sent += our_shut;
	}
}

static __always_inline void watch_duplicates(struct tcp_sock *tp, struct flow_state *st)
{
	__u32 ooo = tp->rcv_ooopack;
	__u32 rcv_nxt = tp->rcv_nxt;
	__u32 sacked = tp->sacked_out;
	__u32 snd_una = tp->snd_una;

	if (ooo != st->ooo) {
		st->ooo = ooo;
		if (!st->dup_acking) {
			st->dup_acking = 1;
			st->dup_ack_episodes++;
		}
	} else if (rcv_nxt != st->rcv_nxt) {
		st->dup_acking = 0;
	}
	st->rcv_nxt = rcv_nxt;
	if (sacked > st->sacked && snd_una == st->snd_una)
		st->dup_acks_received++;
	st->sacked = sacked;
	st->snd_una = snd_una;
}

static __always_inline void watch(struct tcp_sock *tp, struct flow_state *st)
{
	__u32 srtt = tp->srtt_us;
	__u32 mdev = tp->mdev_us;
	__u32 cwnd = tp->snd_cwnd;
	__u8 ca_state = BPF_CORE_READ_BITFIELD(tp, inet_conn.icsk_ca_state);
	__u8 limit = limit_of(tp);

	if (ca_state != st->ca_state)
		watch_ca_state(tp, st, ca_state);
	if (srtt != st->srtt || mdev != st->mdev)
		watch_rtt(st, srtt, mdev);
	if (cwnd != st->cwnd)
		watch_cwnd(tp, st, cwnd);
	if (limit != st->limit)
		watch_limit(st, limit);
	watch_windows(tp, st);
	watch_duplicates(tp, st);
	st->snd_nxt += (__s32)(tp->snd_nxt - (__u32)st->snd_nxt);
}

/* Begins to watch a socket: what is so now has not just happened. */
static __always_inline void watch_begin(struct tcp_sock *tp, struct flow_state *st)
{
	st->srtt = tp->srtt_us;
	st->mdev = tp->mdev_us;
	st->cwnd = tp->snd_cwnd;
	st->ca_state = BPF_CORE_READ_BITFIELD(tp, inet_conn.icsk_ca_state);
	st->limit = limit_of(tp);
	st->peer_window_shut = !tp->snd_wnd;
	st->our_window_shut = !tp->rcv_wnd;
	st->ooo = tp->rcv_ooopack;
	st->rcv_nxt = tp->rcv_nxt;
	st->sacked = tp->sacked_out;
	st->snd_una = tp->snd_una;
	st->snd_nxt = tp->snd_nxt;
}

#endif
