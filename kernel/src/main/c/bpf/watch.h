/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What only the sight of every segment can tell. Each call sees what the segment before has changed. */
#ifndef TCPPROBE_WATCH_H
#define TCPPROBE_WATCH_H

#include "table.h"

/*
 * The round-trip time that the kernel took in: tcp_rtt_estimator does srtt += m - srtt / 8 for a sample m, with srtt 8
 * times the mean; so m = new - old + old / 8. A sample changes srtt or, if it equals the mean, mdev. That holds for one
 * sample; between the calls of a connection that is no longer established there may have been many.
 */
static __always_inline void watch_rtt(struct flow_state *st, __u32 srtt, __u32 mdev, bool established)
{
	__s32 sample = st->srtt ? srtt - st->srtt + (st->srtt >> 3) : srtt >> 3;

	st->srtt = srtt;
	st->mdev = mdev;
	if (!established || sample < 0)
		return;
	st->rtt_last = sample;
	st->rtt_sum += sample;
	st->rtt_samples++;
	if ((__u32)sample > st->rtt_max)
		st->rtt_max = sample;
	if (st->after_signal) {
		st->after_signal = 0;
		st->post_cong_rtt += sample;
		st->post_cong_rtts++;
	}
}

/*
 * The kernel clears undo_marker when it takes a reduction of cwnd back, because what it had taken for loss was none. It also
 * does so when it enters CWR: nothing is undoable then.
 */
static __always_inline bool watch_undo(struct tcp_sock *tp, struct flow_state *st)
{
	if (!st->undoable || tp->undo_marker)
		return false;
	if (st->undoable == CA_RECOVERY)
		st->spurious_recoveries++;
	else
		st->spurious_timeouts++;
	st->undoable = 0;
	return true;
}

/* Disorder that ends without recovery: the duplicate ACKs told of reordering, not of loss. */
static __always_inline void watch_reordering(struct tcp_sock *tp, struct flow_state *st, __u8 ca_state)
{
	__u32 dup_acks = st->dup_acks_received - st->episode_dup_acks;

	if (st->ca_state == CA_OPEN && ca_state == CA_DISORDER) {
		st->episode_una = tp->snd_una;
		st->episode_dup_acks = st->dup_acks_received;
	} else if (st->ca_state == CA_DISORDER && ca_state == CA_OPEN && dup_acks) {
		st->reorder_episodes++;
		st->reorder_dup_acks += dup_acks;
		st->reorder_bytes += tp->snd_una - st->episode_una;
	}
}

static __always_inline void watch_calm(struct tcp_sock *tp, struct flow_state *st, __u8 ca_state)
{
	if (ca_state >= CA_CWR) {
		st->undoable = ca_state >= CA_RECOVERY && tp->undo_marker ? ca_state : 0;
		return;
	}
	watch_undo(tp, st);
	watch_reordering(tp, st, ca_state);
	if (st->ca_state >= CA_CWR)
		st->calm_since = st->segments;
	if (ca_state == CA_OPEN)
		st->sacked = 0;
}

static __always_inline void watch_ca_state(struct tcp_sock *tp, struct flow_state *st, __u8 ca_state)
{
	/* Recovery that begins while cwnd is being reduced does not reduce it again. */
	bool signal = ca_state == CA_LOSS || (ca_state >= CA_CWR && st->ca_state < CA_CWR);

	st->losses += ca_state == CA_LOSS; /* told again at each timeout */
	if (ca_state == st->ca_state)
		return;
	watch_calm(tp, st, ca_state);
	if (ca_state == CA_RECOVERY)
		st->fast_retransmits++;
	if (ca_state == CA_LOSS)
		st->abrupt_timeouts += st->ca_state == CA_OPEN;
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
	bool undone = watch_undo(tp, st);

	/* The segment that ends a recovery also sets cwnd for the time after it. */
	if (st->ca_state <= CA_DISORDER && !undone && (__u32)st->segments != st->calm_since) {
		if (cwnd < st->cwnd)
			st->other_reductions++;
		else if (st->cwnd < tp->snd_ssthresh)
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

/* Sequence numbers from the first gap to the end of what came out of order. */
static __always_inline __u32 reassembly_span(struct tcp_sock *tp)
{
	struct sk_buff *last;
	__u32 end = 0;

	if (!tp->out_of_order_queue.rb_node)
		return 0;
	last = tp->ooo_last_skb;
	bpf_probe_read_kernel(&end, sizeof(end), last->cb + bpf_core_field_offset(struct tcp_skb_cb, end_seq));
	return end - tp->rcv_nxt;
}

/* The duplicate ACKs of one episode ask for the same data. */
static __always_inline void watch_out_of_order(struct tcp_sock *tp, struct flow_state *st)
{
	__u32 rcv_nxt = tp->rcv_nxt;
	__u32 ooo = tp->rcv_ooopack;
	__u32 span;

	if (ooo == st->ooo)
		return;
	st->ooo = ooo;
	span = reassembly_span(tp);
	if (span > st->reassembly_max)
		st->reassembly_max = span;
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

/* Where on_ca_state runs, it counts, at no cost for a segment. */
static __always_inline bool told_of_ca_state(void)
{
	return features.on_ca_state;
}

static __always_inline void watch(struct tcp_sock *tp, struct flow_state *st, bool established)
{
	__u32 srtt = tp->srtt_us;
	__u32 mdev = tp->mdev_us;
	__u32 cwnd = tp->snd_cwnd;
	__u8 chrono = BPF_CORE_READ_BITFIELD(tp, chrono_type);

	if (!told_of_ca_state())
		watch_ca_state(tp, st, BPF_CORE_READ_BITFIELD(tp, inet_conn.icsk_ca_state));
	if ((srtt ^ st->srtt) | (mdev ^ st->mdev))
		watch_rtt(st, srtt, mdev, established);
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
	st->calm_since = -1;
	st->sacked = tp->sacked_out;
	st->snd_nxt = tp->snd_nxt;
	st->sent = tp->bytes_sent - tp->bytes_retrans;
}

#endif
