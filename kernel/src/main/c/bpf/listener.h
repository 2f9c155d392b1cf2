/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Counts the connections of each listener. None of these programs runs for a segment of an established connection.
 *
 * A connection inherits the note of its listener when the kernel copies the listener's socket (BPF_F_CLONE). Counters of the
 * handshake are counted by programs that run with softirqs disabled: the kernel does not run a program that already runs on the
 * same CPU, and nothing can interrupt these. They trace functions that one file calls in another, because the compiler may inline
 * others, and that have at most six parameters: x86 cannot trace more before Linux 6.7, and recent 6.1 has seven of
 * tcp_v4_syn_recv_sock.
 */
#ifndef TCPPROBE_LISTENER_H
#define TCPPROBE_LISTENER_H

#include "table.h"

enum {
	PHASE_ESTABLISHED = 1,
	PHASE_ACCEPTED = 2,
	PHASE_BOTH = 3,
	PHASE_FAST_OPEN = 4, /* created by its SYN; the ACK of the handshake is still to come */
	/* The ACK of the handshake has created it, and has yet to be processed: it completes a half-open connection, or has a cookie. */
	PHASE_COMPLETING = 8,
	PHASE_COOKIE = 16,
};

/* Of a listener, and of the connections that inherit it. */
struct listener_note {
	__u64 cookie;	/* the listener's */
	__u32 row;	/* row + 1; 0 = the listener is not counted */
	__u32 generation; /* the row's */
	__u32 phases;	/* of a connection */
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct listener_note);
} listener_notes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, LISTENER_ROWS);
	__type(key, __u32);
	__type(value, struct listener_row);
} listener_rows SEC(".maps");

/* Rows of listeners that are closed. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, LISTENER_ROWS);
	__type(value, __u32);
} free_listener_rows SEC(".maps");

#define ADD(counter, n) __sync_fetch_and_add(&(counter), n)

/* Argument n of a traced function; its result follows the last argument. */
#define WORD_OF(ctx, n)                                                                            \
	({                                                                                         \
		__u64 word;                                                                        \
		asm volatile("%[word] = *(u64 *)(%[base] + %[offset])"                             \
			     : [word] "=r"(word)                                                   \
			     : [base] "r"(ctx), [offset] "i"((n) * 8));                            \
		word;                                                                              \
	})

/*
 * Returns the row of a note's listener; NULL if the listener is not counted, or is closed. The generation tells the times apart that
 * one socket has listened: connections of an earlier time do not count for a later one.
 */
static __always_inline struct listener_row *listener_row(const struct listener_note *note)
{
	struct listener_row *row;
	__u32 number;

	if (!note)
		return NULL;
	number = note->row - 1;
	row = bpf_map_lookup_elem(&listener_rows, &number);
	return row && row->cookie == note->cookie && row->generation == note->generation ? row : NULL;
}

static __always_inline struct listener_row *row_of_listener(struct sock *sk)
{
	return listener_row(bpf_sk_storage_get(&listener_notes, sk, NULL, 0));
}

static __always_inline __u32 take_listener_row(void)
{
	__u32 row;

	if (!bpf_map_pop_elem(&free_listener_rows, &row))
		return row;
	if (READ_ONCE(table.listener_rows) >= features.listener_rows)
		return NO_ROW;
	row = ADD(table.listener_rows, 1);
	return row < features.listener_rows ? row : NO_ROW;
}

static __always_inline __u32 half_open(const struct sock *sk)
{
	return BPF_CORE_READ((const struct inet_connection_sock *)sk, icsk_accept_queue.qlen.counter);
}

/*
 * Begins to count a listener, with the socket's lock held, or that of the kernel's table of listeners. One that finds no row is
 * not counted, however many rows become free later: its counts would not be those since it began.
 *
 * whole: it begins now; otherwise it existed before the programs, and there may be connections that do not know it
 */
static __always_inline void begin_listener(struct sock *sk, struct listener_note *note, __u64 cookie, bool whole)
{
	__u32 number = take_listener_row();
	struct listener_row *row = bpf_map_lookup_elem(&listener_rows, &number);

	note->cookie = cookie;
	note->phases = 0;
	note->row = 0;
	if (!row) {
		COUNT(listeners_skipped, 1);
		return;
	}
	note->generation = __sync_fetch_and_add(&row->generation, 1) + 1; /* first: a full barrier */
	__builtin_memset(row, 0, __builtin_offsetof(struct listener_row, generation));
	row->whole = whole;
	if (!whole)
		row->half_open_before = half_open(sk);
	__sync_lock_test_and_set(&row->cookie, cookie); /* last: a full barrier */
	note->row = number + 1;
}

static __noinline int listener_ends(struct sock *sk)
{
	struct listener_note *note = bpf_sk_storage_get(&listener_notes, sk, NULL, 0);
	struct listener_row *row;
	__u64 cookie;
	__u32 number;

	if (!note)
		return 0;
	cookie = note->cookie;
	if (!cookie || cookie != bpf_get_socket_cookie(sk)) /* it may be a connection of that listener */
		return 0;
	row = listener_row(note);
	number = note->row - 1;
	note->row = 0;
	note->cookie = 0;
	if (row && __sync_val_compare_and_swap(&row->cookie, cookie, 0) == cookie)
		bpf_map_push_elem(&free_listener_rows, &number, 0);
	return 0;
}

/* The socket may have been a listener before, and its end may have been missed: then its row is released first. */
static __noinline int listener_begins(struct sock *sk)
{
	struct listener_note *note;

	listener_ends(sk);
	note = bpf_sk_storage_get(&listener_notes, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (note)
		begin_listener(sk, note, bpf_get_socket_cookie(sk), true);
	else
		COUNT(listeners_skipped, 1);
	return 0;
}

/* A connection enters a phase. One that is established and accepted counts for its listener. */
static __always_inline void enter_phase(struct listener_note *note, __u32 phase)
{
	struct listener_row *row = listener_row(note);
	__u32 before;

	if (!row)
		return;
	before = __sync_fetch_and_or(&note->phases, phase);
	if ((before & PHASE_BOTH) != PHASE_BOTH && ((before | phase) & PHASE_BOTH) == PHASE_BOTH)
		ADD(row->connections, 1);
}

/* A connection leaves the state established, and does not return. */
static __noinline int leave_established(struct sock *sk)
{
	struct listener_note *note = bpf_sk_storage_get(&listener_notes, sk, NULL, 0);
	struct listener_row *row = listener_row(note);

	if (!row)
		return 0;
	if ((__sync_fetch_and_and(&note->phases, ~PHASE_ESTABLISHED) & PHASE_BOTH) == PHASE_BOTH)
		ADD(row->connections, -1);
	return 0;
}

/* The handshake of TCP Fast Open is complete. That of any other connection was counted when its socket was created. */
static __noinline int fast_open_established(struct sock *sk)
{
	struct listener_note *note = bpf_sk_storage_get(&listener_notes, sk, NULL, 0);
	struct listener_row *row = listener_row(note);

	if (!row || !(__sync_fetch_and_and(&note->phases, ~PHASE_FAST_OPEN) & PHASE_FAST_OPEN))
		return 0;
	ADD(row->established, 1);
	enter_phase(note, PHASE_ESTABLISHED);
	return 0;
}

SEC("?tp_btf/inet_sock_set_state")
int BPF_PROG(on_listener_state, struct sock *sk, int before, int after)
{
	if (sk->sk_protocol != IPPROTO_TCP)
		return 0;
	if (after == TCP_LISTEN)
		listener_begins(sk);
	else if (before == TCP_LISTEN && after == TCP_CLOSE)
		listener_ends(sk);
	else if (before == TCP_ESTABLISHED)
		leave_established(sk);
	else if (before == TCP_SYN_RECV && after == TCP_ESTABLISHED)
		fast_open_established(sk);
	return 0;
}

/* The kernel gives up a connection that it has just created: another CPU was faster, or there is no route. It stays half open. */
static __noinline int child_given_up(struct sock *sk)
{
	struct listener_note *note = bpf_sk_storage_get(&listener_notes, sk, NULL, 0);
	struct listener_row *row = listener_row(note);

	if (row && __sync_fetch_and_and(&note->phases, ~PHASE_COMPLETING) & PHASE_COMPLETING)
		ADD(row->completed, -1);
	return 0;
}

/* Also handles sockets of which on_listener_state has missed the end: it can be interrupted by a softirq. */
SEC("?tp_btf/tcp_destroy_sock")
int BPF_PROG(on_listener_destroy, struct sock *sk)
{
	listener_ends(sk);
	leave_established(sk);
	child_given_up(sk);
	return 0;
}

static __always_inline bool accept_queue_full(const struct sock *sk)
{
	return READ_ONCE(sk->sk_ack_backlog) > READ_ONCE(sk->sk_max_ack_backlog);
}

/* Returns true if the kernel drops a SYN before it looks at the accept queue: too many are half open, and it may not send cookies. */
static __always_inline bool drops_half_open(const struct sock *sk)
{
	struct net *net = sk->__sk_common.skc_net.net;

	if (!bpf_core_field_exists(net->ipv4.sysctl_tcp_syncookies))
		return false;
	return !net->ipv4.sysctl_tcp_syncookies && half_open(sk) >= READ_ONCE(sk->sk_max_ack_backlog);
}

/* A SYN that belongs to no half-open connection. */
SEC("?fentry/tcp_conn_request")
int BPF_PROG(on_syn, const void *request_ops, const void *family_ops, struct sock *sk)
{
	struct listener_row *row = row_of_listener(sk);

	if (!row)
		return 0;
	ADD(row->syns, 1);
	if (accept_queue_full(sk) && !drops_half_open(sk))
		ADD(row->overflows, 1);
	return 0;
}

static __always_inline __u8 tcp_flags(const struct sk_buff *skb)
{
	__u8 flags = 0;

	bpf_probe_read_kernel(&flags, sizeof(flags), skb->head + skb->transport_header + 13);
	return flags & (TCP_FLAG_SYN | TCP_FLAG_RST | TCP_FLAG_ACK);
}

/* tcp_in_window of net/ipv4/tcp_minisocks.c */
static __always_inline bool in_window(__u32 seq, __u32 end_seq, __u32 begin, __u32 end)
{
	return seq == begin || ((__s32)(end_seq - begin) > 0 && (__s32)(seq - end) < 0) || (seq == end && seq == end_seq);
}

/* Returns true if a segment completes the handshake, so that the kernel looks at the accept queue: as in tcp_check_req. */
static __always_inline bool completes(const struct sock *sk, struct sk_buff *skb, struct request_sock *req)
{
	const struct tcp_request_sock *half = (const struct tcp_request_sock *)req;
	const struct inet_connection_sock *icsk = (const struct inet_connection_sock *)sk;
	const struct tcp_skb_cb *cb = (const struct tcp_skb_cb *)skb->cb;
	__u32 seq = BPF_CORE_READ(cb, seq), end_seq = BPF_CORE_READ(cb, end_seq);
	__u32 next = BPF_CORE_READ(half, rcv_nxt);
	__u8 timeouts = BPF_CORE_READ_BITFIELD_PROBED(req, num_timeout);

	if (tcp_flags(skb) != TCP_FLAG_ACK || BPF_CORE_READ(cb, ack_seq) != BPF_CORE_READ(half, snt_isn) + 1)
		return false;
	if (!in_window(seq, end_seq, next, next + BPF_CORE_READ(req, __req_common.skc_rcv_wnd)))
		return false;
	/* TCP_DEFER_ACCEPT waits for data. */
	return timeouts >= BPF_CORE_READ(icsk, icsk_accept_queue.rskq_defer_accept) ||
	       end_seq != BPF_CORE_READ(half, rcv_isn) + 1;
}

/*
 * A segment of a half-open connection. A SYN is one that the peer has sent again. An ACK that completes the handshake without
 * creating a connection finds the accept queue full; the connection then stays half open.
 */
static __noinline int half_open_segment(struct sock *sk, struct sk_buff *skb, struct request_sock *req, bool created)
{
	struct listener_row *row;

	if (tcp_flags(skb) == TCP_FLAG_SYN) {
		row = row_of_listener(sk);
		if (row)
			ADD(row->syns, 1);
	} else if (!created && accept_queue_full(sk) && completes(sk, skb, req)) {
		row = row_of_listener(sk);
		if (row)
			ADD(row->overflows, 1);
	}
	return 0;
}

/* struct sock *tcp_check_req(sk, skb, req, fastopen, lost_race); since Linux 6.14 with a sixth parameter */
SEC("?fexit/tcp_check_req")
int BPF_PROG(on_half_open, struct sock *sk, struct sk_buff *skb, struct request_sock *req)
{
	if (features.check_result == 5)
		half_open_segment(sk, skb, req, WORD_OF(ctx, 5));
	else if (features.check_result == 6)
		half_open_segment(sk, skb, req, WORD_OF(ctx, 6));
	return 0;
}

/* An ACK with a valid cookie that creates no connection finds the accept queue full. */
static __noinline int cookie_checked(struct sock *sk, struct sock *child)
{
	struct listener_row *row;

	if (child || !accept_queue_full(sk))
		return 0;
	row = row_of_listener(sk);
	if (row)
		ADD(row->overflows, 1);
	return 0;
}

SEC("?fexit/cookie_v4_check")
int BPF_PROG(on_cookie, struct sock *sk, struct sk_buff *skb, struct sock *child)
{
	return cookie_checked(sk, child);
}

SEC("?fexit/cookie_v6_check")
int BPF_PROG(on_cookie_ipv6, struct sock *sk, struct sk_buff *skb, struct sock *child)
{
	return cookie_checked(sk, child);
}

/* After a connection was put among the half-open ones. Newer kernels return false if they find the connection established. */
SEC("?fexit/inet_csk_reqsk_queue_hash_add")
int BPF_PROG(on_request, struct sock *sk)
{
	struct listener_row *row = row_of_listener(sk);

	if (!row)
		return 0;
	if (features.request_result == 3 && !(__u8)WORD_OF(ctx, 3))
		return 0;
	if (features.request_result == 2 && !(__u8)WORD_OF(ctx, 2))
		return 0;
	ADD(row->requests, 1);
	return 0;
}

/*
 * A connection is created: by the ACK of the handshake of a half-open one, by such an ACK with a SYN cookie (no listener is noted
 * with the request), or by the SYN of TCP Fast Open. The first is counted now, before the half-open one is removed.
 */
SEC("?fexit/tcp_create_openreq_child")
int BPF_PROG(on_child, struct sock *sk, struct request_sock *req, struct sk_buff *skb, struct sock *child)
{
	struct listener_row *row;
	struct listener_note *note;

	if (!child)
		return 0;
	note = bpf_sk_storage_get(&listener_notes, child, NULL, 0);
	row = listener_row(note);
	if (!row)
		return 0;
	if (tcp_flags(skb) == TCP_FLAG_SYN) {
		ADD(row->direct, 1);
		__sync_fetch_and_or(&note->phases, PHASE_FAST_OPEN);
	} else if (!req->__req_common.skc_listener) {
		__sync_fetch_and_or(&note->phases, PHASE_COOKIE);
	} else {
		ADD(row->completed, 1);
		__sync_fetch_and_or(&note->phases, PHASE_COMPLETING);
	}
	return 0;
}

/* A connection is in the accept queue, and processes the ACK that has created it: it becomes established. */
SEC("?fentry/tcp_child_process")
int BPF_PROG(on_established, struct sock *parent, struct sock *child)
{
	struct listener_note *note = bpf_sk_storage_get(&listener_notes, child, NULL, 0);
	struct listener_row *row = listener_row(note);
	__u32 before;

	if (!row)
		return 0;
	before = __sync_fetch_and_and(&note->phases, ~(PHASE_COMPLETING | PHASE_COOKIE));
	if (!(before & (PHASE_COMPLETING | PHASE_COOKIE)))
		return 0;
	if (before & PHASE_COOKIE)
		ADD(row->direct, 1);
	ADD(row->established, 1);
	enter_phase(note, PHASE_ESTABLISHED);
	return 0;
}

static __noinline int accepted(struct sock *sk, struct sock *child)
{
	struct listener_row *row = row_of_listener(sk);

	if (!row || !child)
		return 0;
	ADD(row->accepted, 1);
	enter_phase(bpf_sk_storage_get(&listener_notes, child, NULL, 0), PHASE_ACCEPTED);
	return 0;
}

/* struct sock *inet_csk_accept(sk, flags, err, kern); since Linux 6.10 (sk, arg) */
SEC("?fexit/inet_csk_accept")
int BPF_PROG(on_accept, struct sock *sk)
{
	if (features.accept_result == 4)
		accepted(sk, (struct sock *)WORD_OF(ctx, 4));
	else if (features.accept_result == 2)
		accepted(sk, (struct sock *)WORD_OF(ctx, 2));
	return 0;
}

/*
 * Updates what a listener's row has of the socket itself. Half-open connections that are neither completed nor still half open were
 * dropped. While the handshakes go on, this may be fewer than were dropped, never more: a connection is counted among the requests
 * after it has become half open, and among the completed before it ceases to be.
 */
static __noinline int sweep_listener(struct tcp_sock *tp)
{
	struct listener_note *note = bpf_sk_storage_get(&listener_notes, tp, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	struct sock *sk = (struct sock *)tp;
	__u64 cookie = bpf_get_socket_cookie(tp);
	struct listener_row *row;
	__u64 dropped;
	__u32 queued;

	if (!note)
		return 0;
	if (note->cookie != cookie)
		begin_listener(sk, note, cookie, false);
	row = listener_row(note);
	if (!row)
		return 0;
	dropped = row->half_open_before + ADD(row->requests, 0);
	queued = half_open(sk);
	dropped -= queued + ADD(row->completed, 0);
	if ((__s64)dropped > (__s64)row->dropped)
		row->dropped = dropped;
	row->half_open = queued;
	row->accept_queue = sk->sk_ack_backlog;
	return 0;
}

/* A sweep finds a connection in another state than established. */
static __always_inline void sweep_left(struct tcp_sock *tp, __u8 state)
{
	if (state != TCP_ESTABLISHED && state != TCP_SYN_RECV && state != TCP_SYN_SENT)
		leave_established((struct sock *)tp);
}

#endif
