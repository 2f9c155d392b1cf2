// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Samples every TCP connection of the host into a table of rows that the agent has mapped. The rules of sampling are in
 * tcpprobe.h, the layout of a row is in flow_row.h.
 *
 * A row has one writer at a time: all programs that write it run with the socket's lock held.
 */
#include "table.h"
#include "watch.h"
#include "watched.h"
#include "sample.h"
#include "end.h"
#include "listener.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

static __always_inline void submit_event(void *ring, __u32 kind, const struct flow_row *row)
{
	struct flow_event *event = bpf_ringbuf_reserve(ring, sizeof(*event), 0);

	if (!event) {
		COUNT(ring_full, 1);
		return;
	}
	event->kind = kind;
	event->pad = 0;
	__builtin_memcpy(&event->row, row, sizeof(event->row));
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline void count_segments(struct flow_state *st)
{
	COUNT(found, st->segments - st->counted);
	st->counted = st->segments;
}

/*
 * Writes a sample of a flow. Takes the socket twice: tp to read its fields, and sk, the program's own argument, for
 * bpf_sk_storage_get.
 *
 * length: of the segment that causes the sample; 0 = no segment
 */
static __noinline int sample(struct sock *sk, struct tcp_sock *tp, struct flow_state *st, __u32 length, __u8 state)
{
	struct flow_row *row = row_at(st->row);
	struct socket_note *note = NULL;
	__u64 now = bpf_jiffies64();
	__u32 watched = watched_id(st);

	if (!row)
		return 0;
	if (!length || length == LENGTH_LAST || st->samples % FULL_SAMPLE_INTERVAL == 0 || now - st->full_sample >= settings.second_ticks) {
		note = bpf_sk_storage_get(&notes, sk, NULL, 0);
		count_segments(st);
		st->full_sample = now;
	}
	begin_write(row);
	write_row(row, tp, st, note, watched, now, length, state);
	end_write(row);
	if (settings.samples || (watched && watched == row->flow_id))
		submit_event(&samples, EVENT_SAMPLE, row);
	return 0;
}

static __always_inline void free_row(__u32 number)
{
	push_free_row(number);
	__sync_fetch_and_sub(&table.active, 1);
}

/* Removes a flow. If the connection has ended, the caller has written the last sample before. */
static __noinline int release(struct sock *sk, struct flow_state *st, __u32 kind)
{
	struct socket_note *note = bpf_sk_storage_get(&notes, sk, NULL, 0);
	__u32 number = st->row;
	struct flow_row *row = row_at(number);
	__u32 watched;

	st->socket = 0;
	if (note)
		note->row = 0;
	if (!row)
		return 0;
	count_segments(st);
	if (settings.events)
		submit_event(&events, kind, row);
	watched = watched_id(st);
	if (watched && watched == row->flow_id)
		submit_event(&samples, kind, row);
	begin_write(row);
	row->flow_id = 0;
	end_write(row);
	free_row(number);
	if (kind == EVENT_CLOSE)
		COUNT(ended, 1);
	else
		COUNT(purged, 1);
	return 0;
}

/* Returns a row for one more flow, or NO_ROW. The agent adds rows in advance; the absence of a free row is counted, too. */
static __always_inline __u32 admit(bool count)
{
	__u32 row = NO_ROW;
	bool full = READ_ONCE(table.active) >= settings.max_flows;

	if (!full) {
		full = __sync_fetch_and_add(&table.active, 1) >= settings.max_flows;
		if (!full)
			row = pop_free_row();
		if (row == NO_ROW)
			__sync_fetch_and_sub(&table.active, 1);
	}
	if (row == NO_ROW && count) {
		if (full)
			COUNT(maxflow_reached, 1);
		else
			COUNT(memory_alloc_failed, 1);
	}
	return row;
}

/* Returns the first id after the range of taken ids that contains this id; 0 if none does. */
static __always_inline __u64 after_taken_range(__u32 id)
{
	for (int i = 0; i < TAKEN_RANGES; i++) {
		__u64 range = READ_ONCE(settings.taken[i]);
		__u32 first = range >> 32, last = range;

		if (id - first <= last - first)
			return last + 1ULL;
	}
	return 0;
}

/* Ids increase; after 2^32 - 1 they start again and skip 0 and the ids still in use. */
__noinline __u32 next_flow_id(void)
{
	for (int i = 0; i < 64; i++) {
		__u32 id = __sync_fetch_and_add(&table.last_flow_id, 1) + 1;
		__u64 next = after_taken_range(id);

		if (next)
			__sync_val_compare_and_swap(&table.last_flow_id, id, (__u32)next - 1);
		else
			return id;
	}
	return 0;
}

static __always_inline void write_first(struct flow_row *row, struct tcp_sock *tp, struct flow_state *st)
{
	__u64 now = bpf_ktime_get_ns();

	write_identity(row, tp);
	row->cookie = bpf_get_socket_cookie(tp);
	row->first_seen = now;
	row->socket_idf = st->snd_nxt;
}

static __always_inline void write_handshake(struct flow_row *row, struct tcp_sock *tp, struct socket_note *note)
{
	__u32 micros = 0;

	if (note->started)
		micros = (bpf_ktime_get_ns() - note->started) / 1000;
	else if (!note->active_open && !tp->total_retrans)
		micros = tp->srtt_us >> 3;
	row->handshake_time = micros;
	present_if(micros, &row->present[2], BIT(F_HANDSHAKE_TIME));
}

/*
 * Writes the fields known only at the opening of a connection. The initial sequence numbers follow from what was acknowledged
 * and received, which with TCP Fast Open can be more than the SYN. An active opener counts its SYN as acknowledged.
 */
static __always_inline void write_opening(struct flow_row *row, struct tcp_sock *tp, struct flow_state *st,
					  struct socket_note *note)
{
	st->opened = 1;
	row->active_open = note->active_open;
	row->snd_initial = tp->snd_una - (__u32)tp->bytes_acked - !note->active_open;
	row->rcv_initial = tp->rcv_nxt - 1 - (__u32)tp->bytes_received;
	row->present[1] |= PRESENT_OPENED;
	row->retrans_handshake = tp->total_retrans;
	row->present[2] |= BIT(F_RETRANS_HANDSHAKE);
	st->retrans = tp->total_retrans;
	if (st->srtt && !st->rtt_samples) /* the handshake's round-trip time */
		count_rtt(st, st->srtt >> 3);
	write_handshake(row, tp, note);
}

/* How a new flow was found. */
enum discovery { BY_SWEEP, BY_SEGMENT, BY_OPENING };

/* Returns the ticks since the last segment was received. */
static __always_inline __u32 ticks_since_received(struct tcp_sock *tp, __u32 now)
{
	__u32 received = now - tp->inet_conn.icsk_ack.lrcvtime, acked = now - tp->rcv_tstamp;

	return received < acked ? received : acked;
}

/* Begins to track a socket. If there is no room and count is true, counts it as skipped. */
static __noinline int begin(struct tcp_sock *tp, enum discovery found, bool count)
{
	__u64 now = bpf_jiffies64();
	struct sock *sk = (struct sock *)tp;
	struct socket_note *note;
	struct flow_state *st;
	struct flow_row *row;
	__u32 number = admit(count);
	__u32 id;

	if (number == NO_ROW) {
		table.unplaced += found == BY_SWEEP;
		return 0;
	}
	row = row_at(number);
	st = state_at(number);
	id = next_flow_id();
	note = bpf_sk_storage_get(&notes, tp, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!row || !st || !note || !id) {
		free_row(number);
		COUNT(memory_alloc_failed, 1);
		return 0;
	}
	__builtin_memset(st, 0, sizeof(*st));
	st->row = number;
	st->full_sample = now;
	st->seen = found == BY_SWEEP ? now - ticks_since_received(tp, now) : now;
	st->syn_counted = counts_syn(tp, found == BY_OPENING && note->active_open);
	watch_begin(tp, st);
	if (!note->pid)
		__sync_fetch_and_add(&table.ownerless, 1);
	begin_write(row);
	reset_extremes(row);
	write_first(row, tp, st);
	if (found == BY_OPENING)
		write_opening(row, tp, st, note);
	/* At the opening, the socket still has its previous state. */
	write_row(row, tp, st, note, true, now, 0,
		  found == BY_OPENING ? TCP_ESTABLISHED : sk->__sk_common.skc_state);
	row->flow_id = id;
	end_write(row);
	note->row = number + 1;
	st->socket = (__u64)tp;
	COUNT(created, 1);
	if (settings.events)
		submit_event(&events, EVENT_OPEN, row);
	if (settings.samples)
		submit_event(&samples, EVENT_SAMPLE, row);
	return 0;
}

static __always_inline bool should_drop(struct flow_state *st)
{
	struct flow_row *row;

	if (settings.drop_above == settings.drop_up_to)
		return false;
	row = row_at(st->row);
	return row && row->flow_id - settings.drop_above - 1 < settings.drop_up_to - settings.drop_above;
}

/* Stores type of service and time to live from a segment's IP header. */
static __always_inline void note_ip(struct flow_state *st, struct sk_buff *skb)
{
	__u8 header[9] = {};

	bpf_probe_read_kernel(header, sizeof(header), skb->head + skb->network_header);
	if (header[0] >> 4 == 6) {
		st->tos_received = header[0] << 4 | header[1] >> 4;
		st->ttl_received = header[7];
	} else {
		st->tos_received = header[1];
		st->ttl_received = header[8];
	}
}

static __noinline int begin_segment(struct sock *sk)
{
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (tp)
		begin(tp, BY_SEGMENT, false);
	return 0;
}

void *bpf_rdonly_cast(const void *object, __u32 type) __ksym __weak;

static __always_inline int segment(struct sock *sk, struct sk_buff *skb, bool cast)
{
	struct flow_state *st;
	struct tcp_sock *tp;
	bool due;
	__u64 now;

	if (settings.port && !of_port(&sk->__sk_common, sk->__sk_common.skc_num))
		return 0;
	st = flow_of(sk);
	if (!st)
		return begin_segment(sk);
	if (cast)
		tp = bpf_rdonly_cast(sk, bpf_core_type_id_kernel(struct tcp_sock));
	else
		tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return 0;
	now = bpf_jiffies64();
	watch(tp, st, true);
	st->segments++;
	st->seen = now;
	if (__builtin_expect(st->zero_windows, 0)) /* the kernel sets icsk_probes_out to 0 now */
		st->probes_out = 0;
	due = now - st->sampled >= settings.probe_ticks && (settings.full || st->cwnd != st->sampled_cwnd);
	if (!due && !watched_id(st))
		return 0;
	if (should_drop(st)) {
		release(sk, st, EVENT_PURGE);
		return 0;
	}
	if (st->samples % FULL_SAMPLE_INTERVAL == 0 || !st->ttl_received)
		note_ip(st, skb);
	sample(sk, tp, st, skb->len < LENGTH_LAST ? skb->len : LENGTH_LAST - 1, sk->__sk_common.skc_state);
	return 0;
}

/* The agent loads one of these two. Linux 6.2 has the cast, which costs nothing at run time. */
SEC("?tp_btf/tcp_probe")
int BPF_PROG(on_segment, struct sock *sk, struct sk_buff *skb)
{
	return segment(sk, skb, true);
}

SEC("?tp_btf/tcp_probe")
int BPF_PROG(on_segment_old, struct sock *sk, struct sk_buff *skb)
{
	return segment(sk, skb, false);
}

/* Stores the process of a thread as the owner. */
static __always_inline void write_process(struct socket_note *note, struct task_struct *task, __u32 id)
{
	note->pid = id;
	bpf_probe_read_kernel(note->command, sizeof(note->command), task->group_leader->comm);
}

/* Runs in the process that connects: the only event at which the current process is certainly the owner. */
static __always_inline void connecting(struct tcp_sock *tp)
{
	struct socket_note *note = bpf_sk_storage_get(&notes, tp, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	struct task_struct *task;

	if (!note) {
		COUNT(memory_alloc_failed, 1);
		return;
	}
	note->started = bpf_ktime_get_ns();
	note->soft_error = 0;
	task = bpf_get_current_task_btf();
	/* A kernel worker connects further MPTCP subflows. */
	if (features.initial_pids && !(task->flags & PF_KTHREAD))
		write_process(note, task, task->tgid);
}

/* Only an active opener leaves SYN_SENT for a state other than CLOSE. It may have been in it before the programs were loaded. */
static __always_inline void note_active_open(struct tcp_sock *tp)
{
	struct socket_note *note = bpf_sk_storage_get(&notes, tp, NULL, BPF_SK_STORAGE_GET_F_CREATE);

	if (note)
		note->active_open = 1;
	else
		COUNT(memory_alloc_failed, 1);
}

/* The last sample is written. */
static __always_inline void ended(struct sock *sk, struct flow_state *st)
{
	struct socket_note *note;

	release(sk, st, EVENT_CLOSE);
	/* The socket may be connected again, by another process. */
	note = bpf_sk_storage_get(&notes, sk, NULL, 0);
	if (note)
		__builtin_memset(note, 0, sizeof(*note));
}

/* Ends a flow that awaits its RST. Returns false if it does not, or no longer. */
static __always_inline bool end_awaited(struct sock *sk, struct flow_state *st)
{
	if (!st->awaits_reset || __sync_val_compare_and_swap(&st->awaits_reset, 1, 0) != 1)
		return false;
	ended(sk, st);
	return true;
}

static __always_inline void closed(struct tcp_sock *tp, struct flow_state *st)
{
	struct sock *sk = (struct sock *)tp;
	__u8 before = sk->__sk_common.skc_state;
	bool awaits;

	st->end_reason = end_of(tp, st, before);
	awaits = awaits_reset(tp, st, before);
	watch(tp, st, before == TCP_ESTABLISHED);
	sample(sk, tp, st, LENGTH_LAST, TCP_CLOSE);
	if (awaits)
		st->awaits_reset = 1;
	else
		ended(sk, st);
}

static __always_inline void submit_left(struct sock *sk)
{
	struct flow_state *st = flow_of(sk);
	struct flow_row *row;

	if (!st)
		return;
	row = row_at(st->row);
	if (row)
		submit_event(&events, EVENT_LEFT, row);
}

static __always_inline void fin_queued(struct sock *sk)
{
	struct flow_state *st = flow_of(sk);
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (st && tp)
		note_fin(tp, st);
}

/*
 * Optional: without it, retransmissions are not counted by cause, and a flow whose peer is silent is sampled by sweeps only. While no
 * segment arrives, this program writes the row, at most once a tick.
 */
SEC("?tp_btf/tcp_retransmit_skb")
int BPF_PROG(on_retransmit, const struct sock *sk)
{
	struct flow_state *st = flow_of((struct sock *)sk);
	__u8 ca_state, state = sk->__sk_common.skc_state;
	struct tcp_sock *tp;

	if (!st || state == TCP_SYN_SENT)
		return 0;
	tp = bpf_skc_to_tcp_sock((struct sock *)sk);
	if (!tp)
		return 0;
	ca_state = BPF_CORE_READ_BITFIELD(tp, inet_conn.icsk_ca_state);
	watch_retransmission(tp, st, ca_state);
	if (ca_state != CA_RECOVERY && st->full_sample != bpf_jiffies64())
		sample((struct sock *)sk, tp, st, 0, state);
	return 0;
}

/*
 * Linux 5.14. Optional: without it, a connect() that the application gives up because of an ICMP message counts as cancelled. If such
 * a message arrives while the application holds the socket's lock, the kernel does not end the attempt, but queues the error.
 */
SEC("?tp_btf/inet_sk_error_report")
int BPF_PROG(on_error_report, const struct sock *sk)
{
	struct socket_note *note;

	if (sk->__sk_common.skc_state != TCP_SYN_SENT || sk->sk_err)
		return 0;
	note = bpf_sk_storage_get(&notes, (struct sock *)sk, NULL, 0);
	if (note)
		note->soft_error = queued_error(sk);
	return 0;
}

/* Linux 5.19. Optional: without it, the state is compared at each segment. */
SEC("?tp_btf/tcp_cong_state_set")
int BPF_PROG(on_ca_state, struct sock *sk, __u8 ca_state)
{
	struct flow_state *st = flow_of(sk);
	struct tcp_sock *tp;

	if (!st)
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (tp)
		watch_ca_state(tp, st, ca_state);
	return 0;
}

/* The connection is established of a flow that a sweep found in SYN_SENT or SYN_RECEIVED. */
static __always_inline void opened(struct sock *sk, struct tcp_sock *tp, struct flow_state *st)
{
	struct socket_note *note = bpf_sk_storage_get(&notes, sk, NULL, 0);
	struct flow_row *row = row_at(st->row);

	if (!note || !row || st->opened)
		return;
	st->syn_counted = counts_syn(tp, note->active_open);
	st->reset_reason = 0; /* of a RST in the handshake, which another connection of these endpoints was sent */
	watch(tp, st, true);
	begin_write(row);
	write_opening(row, tp, st, note);
	end_write(row);
	sample(sk, tp, st, 0, TCP_ESTABLISHED);
}

static __always_inline void count_failed_connect(enum end_reason reason)
{
	if (reason == END_CONNECTION_REFUSED)
		COUNT(connects_refused, 1);
	else if (reason == END_CONNECT_TIMED_OUT)
		COUNT(connects_timed_out, 1);
	else if (reason == END_UNREACHABLE)
		COUNT(connects_unreachable, 1);
	else
		COUNT(connects_other, 1);
}

/* Writes the row of a connection that was never established; no flow has it. */
static __always_inline void write_failed(struct flow_row *row, struct sock *sk, struct tcp_sock *tp,
					 enum end_reason reason)
{
	struct socket_note *note = bpf_sk_storage_get(&notes, sk, NULL, 0);

	row->sampled = bpf_ktime_get_ns();
	row->first_seen = row->last_seen = row->sampled;
	write_endpoints(row, tp);
	row->state = mib_states[TCP_CLOSE];
	row->uid = sk->sk_uid.val;
	row->network_namespace = sk->__sk_common.skc_net.net->ns.inum;
	row->cookie = bpf_get_socket_cookie(tp);
	row->retrans = tp->total_retrans;
	row->end_reason = reason;
	row->socket_error = connect_error(sk);
	row->present[0] = PRESENT_FAILED_LOW;
	row->present[1] = PRESENT_FAILED_HIGH;
	row->present[2] = BIT(F_END_REASON);
	present_if(row->socket_error, &row->present[2], BIT(F_SOCKET_ERROR));
	if (!note)
		return;
	if (note->started)
		row->first_seen = note->started;
	write_owner(row, note, &row->present[1]);
}

static __noinline int submit_failed(struct sock *sk, struct tcp_sock *tp, __u32 reason)
{
	struct flow_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		COUNT(ring_full, 1);
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->kind = EVENT_FAILED;
	write_failed(&event->row, sk, tp, reason);
	event->row.flow_id = next_flow_id();
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

/* A flow that a sweep has found connecting has a row of its own, which closed() submits. */
static __always_inline void connect_failed(struct sock *sk, struct tcp_sock *tp, bool tracked)
{
	enum end_reason reason = connect_end(tp, connect_error(sk));

	if (!of_port(&sk->__sk_common, local_port(tp)))
		return;
	count_failed_connect(reason);
	if (settings.events && !tracked)
		submit_failed(sk, tp, reason);
}

/* The socket is connected again, and there was no memory for the RST that was to end its last connection. */
static __always_inline void end_unsent(struct sock *sk)
{
	struct flow_state *st = flow_of(sk);

	if (st)
		end_awaited(sk, st);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_state, struct sock *sk, int before, int after)
{
	bool opened_actively = before == TCP_SYN_SENT && after != TCP_CLOSE;
	struct flow_state *st;
	struct tcp_sock *tp;

	if (before == TCP_ESTABLISHED && settings.events)
		submit_left(sk);
	if (after == TCP_FIN_WAIT1)
		fin_queued(sk);
	if (after != TCP_SYN_SENT && after != TCP_ESTABLISHED && after != TCP_CLOSE && !opened_actively)
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return 0;
	if (after == TCP_SYN_SENT) {
		if (features.on_reset)
			end_unsent(sk);
		connecting(tp);
		return 0;
	}
	if (opened_actively)
		note_active_open(tp);
	if (after == TCP_SYN_RECV) /* simultaneous open */
		return 0;
	st = flow_of((struct sock *)tp);
	if (before == TCP_SYN_SENT && after == TCP_CLOSE)
		connect_failed(sk, tp, st != NULL);
	if (after == TCP_CLOSE) {
		if (st)
			closed(tp, st);
		return 0;
	}
	if (!of_port(&sk->__sk_common, local_port(tp)))
		return 0;
	if (st)
		opened(sk, tp, st);
	else
		begin(tp, BY_OPENING, true);
	return 0;
}

/*
 * The kernel does not run a program that already runs on the same CPU, so on_state can miss the end of a socket when a softirq
 * interrupts it. This program runs with softirqs disabled and handles such sockets.
 */
SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(on_destroy, struct sock *sk)
{
	struct flow_state *st;
	struct tcp_sock *tp = bpf_skc_to_tcp_sock(sk);

	if (!tp)
		return 0;
	st = flow_of((struct sock *)tp);
	if (st && !end_awaited((struct sock *)tp, st))
		closed(tp, st);
	return 0;
}

static __always_inline void write_reset_reason(struct flow_row *row, __u8 reason)
{
	begin_write(row);
	row->reset_reason = reason;
	row->present[2] |= BIT(F_RESET_REASON);
	end_write(row);
}

/*
 * Linux 6.10 reports the reason. Optional: without it, a flow has the end reason only. If the application ends a connection, its socket
 * is closed before the RST is sent; otherwise the RST is sent first.
 */
SEC("?tp_btf/tcp_send_reset")
int BPF_PROG(on_reset, const struct sock *sk, const struct sk_buff *skb, __u32 reason)
{
	struct flow_state *st;
	struct flow_row *row;

	/* No socket, or one that waits for the end of its connection or for the beginning, is not a flow. */
	if (!sk || !bpf_skc_to_tcp_sock((struct sock *)sk))
		return 0;
	st = flow_of((struct sock *)sk);
	if (!st)
		return 0;
	st->reset_reason = reset_reason_of(reason);
	row = row_at(st->row);
	if (row && st->awaits_reset)
		write_reset_reason(row, st->reset_reason);
	end_awaited((struct sock *)sk, st);
	return 0;
}

/* Returns the ticks since the last segment was sent or received. */
static __always_inline __u32 ticks_since_activity(struct tcp_sock *tp, __u32 now)
{
	__u32 sent = now - tp->lsndtime, received = ticks_since_received(tp, now);

	return sent < received ? sent : received;
}

/* Adds a number to a polynomial hash: if one number changes, so does the hash. */
#define MIX(sum, number) ((sum) * 0x9e3779b97f4a7c15ULL + (__u64)(number))

/*
 * Returns a hash of the fields that change whenever a row changes: when a segment is received or sent, when the application
 * reads, writes or sets an option, and at an ICMP message or a drop.
 */
static __always_inline __u64 fingerprint(struct tcp_sock *tp, __u8 state)
{
	struct inet_connection_sock *icsk = &tp->inet_conn;
	struct inet_sock *inet = &icsk->icsk_inet;
	struct sock *sk = &inet->sk;
	__u64 sum = state;

	sum = MIX(sum, tp->segs_in);
	sum = MIX(sum, tp->segs_out);
	sum = MIX(sum, tp->write_seq);
	sum = MIX(sum, tp->copied_seq);
	sum = MIX(sum, tp->rx_opt.user_mss);
	sum = MIX(sum, tp->window_clamp);
	sum = MIX(sum, tp->mss_cache);
	sum = MIX(sum, BPF_CORE_READ_BITFIELD(tp, nonagle));
	sum = MIX(sum, icsk->icsk_pmtu_cookie);
	sum = MIX(sum, inet->tos);
	if (sk->__sk_common.skc_family == AF_INET6 && inet->pinet6)
		sum = MIX(sum, inet->pinet6->tclass);
	sum = MIX(sum, sk->sk_sndbuf);
	sum = MIX(sum, sk->sk_rcvbuf);
	sum = MIX(sum, sk->sk_pacing_rate);
	sum = MIX(sum, sk->sk_max_pacing_rate);
	sum = MIX(sum, BPF_CORE_READ_BITFIELD(sk, sk_userlocks));
	sum = MIX(sum, sk->sk_err);
	if (bpf_core_field_exists(sk->sk_wmem_alloc.refs))
		sum = MIX(sum, sk->sk_wmem_alloc.refs.counter);
	sum = MIX(sum, sk->sk_drops.counter);
	return MIX(sum, sk->sk_uid.val);
}

/*
 * Returns true if the row is up to date. The kernel counts a segment before the segment waits for the socket's lock, which this
 * sweep may hold; then the segment changes the socket after a sample with the new counts. So a row counts as unchanged only if
 * two sweeps saw the same fingerprint. A flow with outstanding data or a running chrono always changes.
 */
static __always_inline bool unchanged(struct tcp_sock *tp, struct flow_state *st, __u8 state)
{
	__u64 now = fingerprint(tp, state);
	bool same = st->fingerprint == now, same_before = st->unchanged_before;

	st->fingerprint = now;
	st->unchanged_before = same;
	return same && same_before && tp->inet_conn.icsk_ca_ops == st->ca_ops && !tp->packets_out &&
	       !BPF_CORE_READ_BITFIELD(tp, chrono_type);
}

/* Updates the time and the ages of a row. */
static __always_inline void touch(struct tcp_sock *tp, struct flow_state *st, __u64 ticks)
{
	struct flow_row *row = row_at(st->row);
	__u64 now = time_of_sample(tp, ticks, false);

	if (!row || now < row->sampled)
		return;
	begin_write(row);
	write_ages(row, tp, ticks);
	row->sampled = now;
	end_write(row);
}

/* Returns true if the owner was found, or the socket got or lost its file: by accept() or close(). */
static __always_inline bool owner_or_file_changed(struct tcp_sock *tp, struct flow_state *st, struct socket_note *note)
{
	return note->owner_changed || st->has_inode != !!((struct sock *)tp)->sk_socket;
}

/*
 * Returns true if an untracked flow with this idle time may be added. Counts the active flows that find no room; while there are
 * any, the agent does not let idle flows be added.
 */
static __always_inline bool may_admit(__u32 idle)
{
	if (idle >= settings.purge_ticks)
		return settings.idle_may_enter;
	if (READ_ONCE(table.active) >= settings.max_flows)
		__sync_fetch_and_add(&table.refused, 1);
	return true;
}

/* Returns true if a flow with this idle time is to be evicted, and counts it. */
static __always_inline bool should_evict(__u32 idle)
{
	if (idle < settings.evict_ticks || !READ_ONCE(table.to_evict))
		return false;
	__sync_fetch_and_sub(&table.to_evict, 1);
	return true;
}

static __always_inline void sweep_flow(struct tcp_sock *tp, struct flow_state *st, struct socket_note *note,
				       __u8 state)
{
	struct sock *sk = (struct sock *)tp;
	__u64 now = bpf_jiffies64();
	__u32 idle = state == TCP_SYN_SENT ? 0 : ticks_since_activity(tp, now);
	bool known = st && note;

	if (!known && may_admit(idle)) {
		begin(tp, BY_SWEEP, !note && settings.count_skipped);
	} else if (known && (should_evict(idle) || should_drop(st))) {
		release(sk, st, EVENT_PURGE);
	} else if (known && unchanged(tp, st, state) && !owner_or_file_changed(tp, st, note)) {
		touch(tp, st, now);
	} else if (known) {
		__u64 received = now - ticks_since_received(tp, now);

		if (received > st->seen) /* a segment for which on_segment did not run */
			st->seen = received;
		watch(tp, st, state == TCP_ESTABLISHED);
		sample(sk, tp, st, 0, state);
	}
}

/* Updates the row of a socket, which is locked. */
static __always_inline void sweep_socket(struct tcp_sock *tp, __u8 state)
{
	struct sock *sk = (struct sock *)tp;
	struct flow_state *st;

	if (features.listener_rows)
		sweep_left(tp, state);
	if (state == TCP_CLOSE || !sk->__sk_common.skc_dport)
		return;
	st = flow_of(sk);
	if (of_port(&sk->__sk_common, local_port(tp)))
		sweep_flow(tp, st, bpf_sk_storage_get(&notes, tp, NULL, 0), state);
	else if (st)
		release(sk, st, EVENT_PURGE);
}

/* Reads all sockets of a network namespace. On kernels whose iterator has a fault (IteratorFault.java), only if the operator wants it. */
SEC("?iter/tcp")
int sweep(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct tcp_sock *tp;
	__u8 state;

	if (!skc)
		return 0;
	state = skc->skc_state;
	table.sockets[state & 15]++;
	tp = bpf_skc_to_tcp_sock(skc);
	if (!tp)
		return 0;
	if (state != TCP_LISTEN)
		sweep_socket(tp, state);
	else if (features.listener_rows)
		sweep_listener(tp);
	return 0;
}

/* Returns true in a sweep of the agent by inet_diag: the kernel reads the sockets one by one, for the agent's process. */
static __always_inline bool dumps(void)
{
	struct bpf_pidns_info process = {};

	return READ_ONCE(table.dumps) &&
	       !bpf_get_ns_current_pid_tgid(features.pid_device, features.pid_namespace, &process, sizeof(process)) &&
	       process.tgid == features.process;
}

/*
 * The substitute of "sweep" on kernels whose iterator has a fault. For each socket that inet_diag dumps, the kernel reads struct
 * tcp_info. It has locked the socket for that when this function returns. Linux 5.15.
 */
SEC("?fexit/__lock_sock_fast")
int BPF_PROG(sweep_dumped, struct sock *sk)
{
	struct tcp_sock *tp;
	__u8 state;

	if (!dumps())
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return 0;
	state = sk->__sk_common.skc_state;
	table.sockets[state & 15]++;
	sweep_socket(tp, state);
	return 0;
}

/* The same for listeners, of which the kernel reads less, without the lock. */
SEC("?fentry/tcp_get_info")
int BPF_PROG(sweep_dumped_listener, struct sock *sk)
{
	struct tcp_sock *tp;

	if (!features.listener_rows || sk->__sk_common.skc_state != TCP_LISTEN || !dumps())
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (tp)
		sweep_listener(tp);
	return 0;
}

/*
 * Returns a process's id in the PID namespace of the process that reads the iterator; the iterator shows only processes of that
 * namespace. The address of struct pid is read as a number: the verifier of Linux 6.1 loses the bounds of the product below, and
 * does not allow adding an unbounded number to a pointer.
 */
static __always_inline __u32 process_id(struct task_struct *task)
{
	__u64 pid = (__u64)BPF_CORE_READ(task, group_leader, thread_pid);
	struct task_struct *reader = bpf_get_current_task_btf();
	__u64 level = reader->thread_pid->level;
	__u32 id = 0;

	pid += bpf_core_field_offset(struct pid, numbers);
	bpf_probe_read_kernel(&id, sizeof(id), (void *)(pid + level * bpf_core_type_size(struct upid)));
	return id;
}

/* Stores the owner in the socket's note, once per scan. */
static __always_inline void note_owner(struct sock *sk, struct task_struct *task, __u32 id)
{
	struct socket_note *note = bpf_sk_storage_get(&notes, sk, NULL, 0);
	bool changed;

	if (!note || !note->row || note->owner_sweep == table.owner_sweep)
		return;
	note->owner_sweep = table.owner_sweep;
	changed = note->pid != id;
	write_process(note, task, id);
	barrier();
	if (changed) /* set last: a sample clears it when it has written the owner */
		note->owner_changed = 1;
}

/*
 * Returns the inode of the TCP sockets below a file's socket; 0 if there are none. MPTCP subflows have the inode of the file; the
 * TCP socket below SMC has its own.
 */
static __always_inline __u32 tcp_inode(struct file *file, struct sock *sk)
{
	struct socket *carrier = NULL;

	if (bpf_skc_to_tcp_sock(sk))
		return inode_of(sk);
	if (sk->sk_protocol == IPPROTO_MPTCP)
		return file->f_inode->i_ino;
	if (sk->__sk_common.skc_family != AF_SMC || !features.smc_clcsock)
		return 0;
	bpf_probe_read_kernel(&carrier, sizeof(carrier), (void *)sk + features.smc_clcsock);
	return carrier ? BPF_CORE_READ((struct socket_alloc *)carrier, vfs_inode.i_ino) : 0;
}

/*
 * Writes every process that has a TCP socket open. The first one, that with the lowest id, is stored as the owner. Optional:
 * without it, the agent searches /proc.
 */
SEC("?iter/task_file")
int owners(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket_owner owner;
	struct socket *socket;
	struct sock *sk;

	if (!task || !file || task->flags & PF_KTHREAD)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk)
		return 0;
	owner.inode = tcp_inode(file, sk);
	if (!owner.inode)
		return 0;
	owner.process = process_id(task);
	if (bpf_skc_to_tcp_sock(sk))
		note_owner(sk, task, owner.process);
	bpf_seq_write(ctx->meta->seq, &owner, sizeof(owner));
	return 0;
}
