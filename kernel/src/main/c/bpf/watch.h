/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Counts what can be seen only segment by segment. Each call sees what the previous segment has changed. */
#ifndef TCPPROBE_WATCH_H
#define TCPPROBE_WATCH_H

#include "table.h"

/* The bucket of a round-trip time: 0 below 32 us, then one for each power of 2, the last one from 2^21 on. */
static __always_inline __u32 rtt_bucket(__u32 micros)
{
	__u32 units = micros >> 5, bucket = 1;

	if (!units)
		return 0;
	if (units >> 16)
		return RTT_BUCKETS - 1;
	if (units >> 8) {
		units >>= 8;
		bucket += 8;
	}
	if (units >> 4) {
		units >>= 4;
		bucket += 4;
	}
	if (units >> 2) {
		units >>= 2;
		bucket += 2;
	}
	return bucket + (units >> 1);
}

static __always_inline void count_rtt(struct flow_state *st, __u32 micros)
{
	__u32 bucket = rtt_bucket(micros);

	st->rtt_last = micros;
	st->rtt_sum += micros;
	st->rtt_samples++;
	if (micros > st->rtt_max)
		st->rtt_max = micros;
	if (bucket < RTT_BUCKETS)
		st->rtt_histogram[bucket]++;
}

/*
 * Recovers the kernel's last round-trip time sample: for a sample m, tcp_rtt_estimator does srtt += m - srtt / 8, where srtt is
 * 8 times the mean; so m = new - old + old / 8. A sample changes srtt or, if it equals the mean, mdev. This is valid for one
 * sample only; on a connection that is no longer established there may have been several since the last call.
 */
static __always_inline void watch_rtt(struct flow_state *st, __u32 srtt, __u32 mdev, bool established)
{
	__s32 sample = st->srtt ? srtt - st->srtt + (st->srtt >> 3) : srtt >> 3;

	st->srtt = srtt;
	st->mdev = mdev;
	if (!established || sample < 0)
		return;
	count_rtt(st, sample);
	if (st->after_signal) {
		st->after_signal = 0;
		st->post_cong_rtt += sample;
		st->post_cong_rtts++;
	}
}

/*
 * The kernel clears undo_marker when it undoes a reduction of cwnd, because the loss that it had assumed was none. It also
 * clears it when it enters CWR: then nothing can be undone.
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

/* Disorder that ends without recovery: the duplicate ACKs were caused by reordering, not by loss. */
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

static __always_inline void watch_transition(struct tcp_sock *tp, struct flow_state *st, __u8 ca_state)
{
	if (ca_state >= CA_CWR) {
		st->undoable = ca_state >= CA_RECOVERY && tp->undo_marker ? ca_state : 0;
		return;
	}
	watch_undo(tp, st);
	watch_reordering(tp, st, ca_state);
	if (st->ca_state >= CA_CWR)
		st->recovered_at = st->segments;
	if (ca_state == CA_OPEN)
		st->sacked = 0;
}

static __always_inline void watch_ca_state(struct tcp_sock *tp, struct flow_state *st, __u8 ca_state)
{
	/* Recovery that begins during a reduction of cwnd does not reduce it again. */
	bool signal = ca_state == CA_LOSS || (ca_state >= CA_CWR && st->ca_state < CA_CWR);

	st->losses += ca_state == CA_LOSS; /* reported at each timeout */
	if (ca_state == st->ca_state)
		return;
	watch_transition(tp, st, ca_state);
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
	if (st->ca_state <= CA_DISORDER && !undone && (__u32)st->segments != st->recovered_at) {
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

static __always_inline void watch_windows(struct flow_state *st, __u8 zero)
{
	__u8 new_zero = zero & ~st->zero_windows;

	st->zero_windows_received += new_zero & 1;
	st->zero_windows_sent += new_zero >> 1;
	st->zero_windows = zero;
}

/* Sequence numbers from the first gap to the end of the data received out of order. */
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

static __always_inline __u8 zero_windows(struct tcp_sock *tp)
{
	return !tp->snd_wnd | !tp->rcv_wnd << 1;
}

/* The kernel counts probes from the last ACK on. */
static __always_inline void watch_window_probes(struct flow_state *st, __u8 probes_out)
{
	if (probes_out > st->probes_out)
		st->window_probes += probes_out - st->probes_out;
	st->probes_out = probes_out;
}

static __always_inline void watch_zero_windows(struct tcp_sock *tp, struct flow_state *st)
{
	if (!tp->snd_wnd)
		watch_window_probes(st, tp->inet_conn.icsk_probes_out);
	watch_windows(st, zero_windows(tp));
}

/* Counts a retransmission by its cause; one can have several segments. A tail loss probe is sent in no state of loss. */
static __always_inline void watch_retransmission(struct tcp_sock *tp, struct flow_state *st, __u8 ca_state)
{
	__u32 retrans = tp->total_retrans;
	__u32 segments = retrans - st->retrans;

	st->retrans = retrans;
	if (ca_state == CA_LOSS)
		st->retrans_timeout += segments;
	else if (ca_state == CA_RECOVERY)
		st->retrans_fast += segments;
	else
		st->retrans_probe += segments;
}

/* Where the program on_ca_state runs, it counts the states, which then cost nothing per segment. */
static __always_inline bool has_ca_state_events(void)
{
	return features.on_ca_state;
}

static __always_inline void watch(struct tcp_sock *tp, struct flow_state *st, bool established)
{
	__u32 srtt = tp->srtt_us;
	__u32 mdev = tp->mdev_us;
	__u32 cwnd = tp->snd_cwnd;
	__u8 chrono = BPF_CORE_READ_BITFIELD(tp, chrono_type);

	if (!has_ca_state_events())
		watch_ca_state(tp, st, BPF_CORE_READ_BITFIELD(tp, inet_conn.icsk_ca_state));
	if ((srtt ^ st->srtt) | (mdev ^ st->mdev))
		watch_rtt(st, srtt, mdev, established);
	if (cwnd != st->cwnd)
		watch_cwnd(tp, st, cwnd);
	if (chrono != st->chrono)
		watch_limit(st, chrono);
	if (__builtin_expect(!tp->snd_wnd || !tp->rcv_wnd || st->zero_windows, 0))
		watch_zero_windows(tp, st);
	if (tp->out_of_order_queue.rb_node) /* in the cache, unlike the counter */
		watch_out_of_order(tp, st);
	if (st->ca_state) /* while it is 0, open, nothing is SACKed */
		watch_sacked(st, tp->sacked_out);
}

/* Extends snd_nxt to 64 bits: the number of wraps follows from the bytes sent, the low 32 bits are the number itself. */
static __always_inline void extend_snd_nxt(struct tcp_sock *tp, struct flow_state *st)
{
	__u64 sent = tp->bytes_sent - tp->bytes_retrans;
	__u64 about = st->snd_nxt + (sent - st->sent);

	st->snd_nxt = about + (__s32)(tp->snd_nxt - (__u32)about);
	st->sent = sent;
}

/* Begins to watch a socket: stores its present state, so that this is not counted as a change. */
static __always_inline void watch_begin(struct tcp_sock *tp, struct flow_state *st)
{
	st->srtt = tp->srtt_us;
	st->mdev = tp->mdev_us;
	st->cwnd = tp->snd_cwnd;
	st->ca_state = BPF_CORE_READ_BITFIELD(tp, inet_conn.icsk_ca_state);
	st->chrono = BPF_CORE_READ_BITFIELD(tp, chrono_type);
	st->limit = st->chrono == CHRONO_SNDBUF_LIMITED ? 0 : st->chrono;
	st->zero_windows = zero_windows(tp);
	st->ooo = tp->rcv_ooopack;
	st->recovered_at = -1;
	st->sacked = tp->sacked_out;
	st->retrans = tp->total_retrans;
	st->probes_out = tp->inet_conn.icsk_probes_out;
	st->snd_nxt = tp->snd_nxt;
	st->sent = tp->bytes_sent - tp->bytes_retrans;
}

#endif
