/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Why a connection ends, or is not established: derived from the socket's error and from the state that it leaves, when it enters
 * CLOSE. The kernel sets sk_err before that state when the cause is a segment or a timer, and leaves it 0 when the cause is the
 * application. An application's RST is sent after the state has changed.
 */
#ifndef TCPPROBE_END_H
#define TCPPROBE_END_H

#include "table.h"

static __always_inline bool means_unreachable(int error)
{
	return error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN || error == ENETDOWN;
}

/* Returns the last error in the socket's error queue, 0 if there is none. */
static __always_inline __u32 queued_error(const struct sock *sk)
{
	struct sk_buff *last = sk->sk_error_queue.prev;
	__u32 error = 0;

	if (sk->sk_error_queue.qlen && last)
		bpf_probe_read_kernel(&error, sizeof(error),
				      last->cb + bpf_core_field_offset(struct sock_exterr_skb, ee.ee_errno));
	return error;
}

/* The application may have read and cleared what ICMP reported before it closed the socket. */
static __always_inline int connect_error(struct sock *sk)
{
	struct socket_note *note;
	int error = sk->sk_err;

	if (error)
		return error;
	note = bpf_sk_storage_get(&notes, sk, NULL, 0);
	return note ? note->soft_error : 0;
}

/* No SYN was sent when no local port is free: connect() returns the error, and the socket has none. */
static __always_inline enum end_reason connect_end(struct tcp_sock *tp, int error)
{
	if (error == ECONNREFUSED)
		return END_CONNECTION_REFUSED;
	if (error == ETIMEDOUT)
		return END_CONNECT_TIMED_OUT;
	if (error == ECONNABORTED)
		return END_DESTROYED;
	if (means_unreachable(error))
		return END_UNREACHABLE;
	return error || !tp->segs_out ? END_CONNECT_FAILED : END_CONNECT_CANCELLED;
}

/* include/net/rstreason.h, Linux 6.10; RESET_REASONS is in flow_row.h */
#define KERNEL_REASON(name) SK_RST_REASON_##name,
enum sk_rst_reason { RESET_REASONS(KERNEL_REASON) };

#define RETURN_REASON(name)                                                              \
	if (bpf_core_enum_value_exists(enum sk_rst_reason, SK_RST_REASON_##name) &&      \
	    reason == bpf_core_enum_value(enum sk_rst_reason, SK_RST_REASON_##name))     \
		return RESET_##name;

/* Converts the kernel's reason of a RST; its numbers differ from one version to the next. */
static __always_inline __u8 reset_reason_of(__u32 reason)
{
	RESET_REASONS(RETURN_REASON)
	return RESET_OTHER;
}

/* Called when the socket enters FIN_WAIT_1, by close() or by shutdown(). */
static __always_inline void note_fin(struct tcp_sock *tp, struct flow_state *st)
{
	st->closed_by_fin = ((struct sock *)tp)->sk_shutdown & RCV_SHUTDOWN;
	st->data_segs_at_fin = tp->data_segs_in;
}

/* Returns true if data arrived after close(): the kernel answers it with a RST, by the same function that handles a received RST. */
static __always_inline bool data_after_close(struct tcp_sock *tp, struct flow_state *st, __u8 before)
{
	return (before == TCP_FIN_WAIT1 || before == TCP_FIN_WAIT2) && st->closed_by_fin &&
	       tp->data_segs_in != st->data_segs_at_fin;
}

/* FIN_WAIT_2 is also left when the kernel replaces a closed socket by a smaller one, to wait for the peer's FIN. */
static __always_inline enum end_reason fin_wait_2_end(struct tcp_sock *tp, struct flow_state *st)
{
	unsigned long flags = ((struct sock *)tp)->__sk_common.skc_flags;

	if (flags >> SOCK_DONE & 1)
		return END_FIN_SENT;
	if (!(flags >> SOCK_DEAD & 1) || data_after_close(tp, st, TCP_FIN_WAIT2))
		return END_RESET_SENT;
	return END_FIN_SENT;
}

static __always_inline enum end_reason end_without_error(struct tcp_sock *tp, struct flow_state *st, __u8 before)
{
	switch (before) {
	case TCP_LAST_ACK:
		return END_FIN_RECEIVED;
	case TCP_CLOSING:
		return END_FIN_SENT;
	case TCP_FIN_WAIT2:
		return fin_wait_2_end(tp, st);
	case TCP_ESTABLISHED:
	case TCP_SYN_RECV:
	case TCP_CLOSE_WAIT:
	case TCP_FIN_WAIT1:
		/* A socket in repair mode goes without a segment. */
		return BPF_CORE_READ_BITFIELD(tp, repair) ? END_UNKNOWN : END_RESET_SENT;
	default:
		return END_UNKNOWN;
	}
}

static __always_inline enum end_reason end_of(struct tcp_sock *tp, struct flow_state *st, __u8 before)
{
	int error = ((struct sock *)tp)->sk_err;

	if (before == TCP_SYN_SENT)
		return connect_end(tp, connect_error((struct sock *)tp));
	if (!error)
		return end_without_error(tp, st, before);
	if (error == ECONNRESET || error == EPIPE)
		return data_after_close(tp, st, before) ? END_RESET_SENT : END_RESET_RECEIVED;
	if (error == ETIMEDOUT)
		return END_TIMED_OUT;
	if (error == ECONNABORTED)
		return END_DESTROYED;
	return means_unreachable(error) ? END_UNREACHABLE : END_UNKNOWN;
}

/*
 * Returns true if the kernel is going to send a RST, whose reason belongs into the last row. After close() the kernel frees the socket
 * before it answers data; there is only one reason to do so.
 */
static __always_inline bool awaits_reset(struct tcp_sock *tp, struct flow_state *st, __u8 before)
{
	if (!features.on_reset || st->end_reason != END_RESET_SENT)
		return false;
	if (!st->reset_reason && data_after_close(tp, st, before))
		st->reset_reason = RESET_TCP_ABORT_ON_DATA;
	return !st->reset_reason;
}

#endif
