/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The maps; the table of rows: allocating and freeing a row; the filter by port. */
#ifndef TCPPROBE_TABLE_H
#define TCPPROBE_TABLE_H

#include "kernel_types.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "tcpprobe.h"

#define NO_ROW ((__u32)-1)
#define BIT(n) (1ULL << ((n) & 63))
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile typeof(x) *)&(x) = (value))

/*
 * The state of a flow that the agent does not read, in a second table with the same index as its row. It is not in the socket's
 * storage, because bpf_sk_storage_get costs as much as the rest of the work for a segment.
 */
struct flow_state {
	/* Read for every segment: one cache line. */
	__u64 socket;		/* address of the socket; 0 = no flow */
	__u64 sampled;		/* ticks: the last sample */
	__u64 seen;		/* ticks: the last segment */
	__u64 segments;
	__u32 row;
	__u32 sampled_cwnd;
	__u32 cwnd;
	__u32 srtt;
	__u32 mdev;
	__u32 sacked;
	__u32 ooo;
	__u8 chrono;
	__u8 zero_windows;	/* windows of size 0: 1 the peer's, 2 ours */
	__u8 ca_state;
	__u8 after_signal;	/* the next round-trip time is the first after a congestion signal */
	/* Changed by a new round-trip time. */
	__u64 rtt_sum;
	__u32 rtt_samples;
	__u32 rtt_last;
	__u32 rtt_max;
	/* Read less often. */
	__u32 dup_acked;	/* rcv_nxt at the last segment out of order */
	__u64 snd_nxt;		/* extended to 64 bits */
	__u64 sent;		/* bytes_sent - bytes_retrans when snd_nxt was that */
	__u64 full_sample;	/* ticks: the last sample that wrote all fields */
	__u64 counted;		/* of segments: already in the counter "found" */
	__u8 limit;		/* chrono_type; CHRONO_SNDBUF_LIMITED is 0 */
	__u8 opened;		/* 1: its opening was seen */
	__u8 unchanged_before;	/* the last two sweeps saw the same fingerprint */
	__u8 has_inode;
	__u8 syn_counted;	/* bytes_acked counts, or will count, our SYN */
	__u8 fin_queued;	/* write_seq counts our FIN */
	/* Counted by segments, copied by samples. */
	__u32 samples;
	__u64 pre_cong_cwnd;
	__u64 pre_cong_rtt;
	__u64 post_cong_rtt;
	__u32 post_cong_rtts;
	__u32 congestion_signals;
	__u32 slow_starts;
	__u32 congestion_avoids;
	__u32 fast_retransmits;
	__u32 losses;
	__u32 zero_windows_received;
	__u32 zero_windows_sent;
	__u32 dup_ack_episodes;
	__u32 dup_acks_received;
	__u32 rwin_limits;
	__u32 cwnd_limits;
	__u32 sender_limits;
	/* Compared by a sweep, which skips a flow that has not changed. */
	__u64 fingerprint;
	const void *ca_ops;
	/* Changed when the congestion control state changes, or cwnd without it. */
	__u8 undoable;		/* the state whose reduction of cwnd may still be undone; 0 = none */
	__u8 tos_received;
	__u8 ttl_received;	/* 0 = no IP header was read */
	__u32 recovered_at;	/* segments when congestion control left CWR, recovery or loss */
	__u32 spurious_recoveries;
	__u32 spurious_timeouts;
	__u32 other_reductions;
	__u32 abrupt_timeouts;
	__u32 reorder_episodes;
	__u32 reorder_dup_acks;
	__u32 reorder_bytes;
	__u32 episode_una;	/* snd_una and dup_acks_received when disorder began */
	__u32 episode_dup_acks;
	__u32 reassembly_max;
	__u32 rtt_histogram[RTT_BUCKETS];
	/* Retransmitted segments by cause, and total_retrans when they were counted. */
	__u32 retrans;
	__u32 retrans_timeout;
	__u32 retrans_fast;
	__u32 retrans_probe;
	__u32 window_probes;
	__u8 probes_out;	/* those of icsk_probes_out that are counted */
	/* Written at the end of a connection. */
	__u8 closed_by_fin;	/* close(), not shutdown(), has queued our FIN */
	__u8 end_reason;	/* enum end_reason; 0 = the connection lives */
	__u8 reset_reason;	/* enum reset_reason of the last RST sent; 0 = none, or not known */
	__u32 data_segs_at_fin;
	__u32 awaits_reset;	/* 1: the last sample is written, the RST is sent next */
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct flow_state) == FLOW_STATE_SIZE, "the size for which the agent allocates");

/* The state of a socket. The kernel frees it with the socket. */
struct socket_note {
	__u32 row;		/* row + 1; 0 = not tracked */
	/* The owner; written by the iterator "owners" without the socket's lock. */
	__u32 pid;
	__u32 owner_sweep;
	__u32 command[4];
	__u8 owner_changed;
	__u8 active_open;
	__u8 ownerless_reported;
	__u16 soft_error;	/* of an attempt to connect, as ICMP reported it to the application */
	__u64 started;		/* CLOCK_MONOTONIC: when the connection attempt began; 0 = not observed */
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct socket_note);
} notes SEC(".maps");

struct chunk {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, CHUNK_ROWS);
	/* Sizes, not types: clang-14 emits no types for an inner map. */
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct flow_row));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_CHUNKS);
	__type(key, __u32);
	__array(values, struct chunk);
} chunks SEC(".maps");

struct state_chunk {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CHUNK_ROWS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct flow_state));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_CHUNKS);
	__type(key, __u32);
	__array(values, struct state_chunk);
} state_chunks SEC(".maps");

/* Cache: row + 1 by the hash of the socket's address. The reader verifies an entry by flow_state.socket. */
__u32 rows_found[ROWS_FOUND];

/* Network namespaces of new flows, by the low bits of their number; a later namespace may replace an entry. */
__u32 namespaces_seen[NAMESPACES_SEEN];

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counters);
} counters SEC(".maps");

/*
 * Openings and ends have their own ring, so they are not lost when the ring of samples is full. The agent sets the size of
 * both.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 22);
} samples SEC(".maps");

/* Set by the agent before it loads the programs; the verifier removes the code that is then unreachable. */
const volatile struct features features SEC(".rodata.features") = {};

struct settings settings SEC(".data.settings") = {
	.probe_ticks = 1,
};

struct table table SEC(".data.table") = {
	.tick_zero = ~0ULL,
};

/* Atomic: a softirq can interrupt a program and run another one on the same CPU. */
#define COUNT(name, n)                                                        \
	do {                                                                  \
		__u32 zero = 0;                                               \
		struct counters *c = bpf_map_lookup_elem(&counters, &zero);   \
		if (c)                                                        \
			__sync_fetch_and_add(&c->name, n);                    \
	} while (0)

static __always_inline struct flow_row *row_at(__u32 row)
{
	__u32 number = row >> CHUNK_BITS;
	__u32 place = row & (CHUNK_ROWS - 1);
	void *chunk = bpf_map_lookup_elem(&chunks, &number);

	return chunk ? bpf_map_lookup_elem(chunk, &place) : NULL;
}

static __always_inline struct flow_state *state_at(__u32 row)
{
	__u32 number = row >> CHUNK_BITS;
	__u32 place = row & (CHUNK_ROWS - 1);
	void *chunk = bpf_map_lookup_elem(&state_chunks, &number);

	return chunk ? bpf_map_lookup_elem(chunk, &place) : NULL;
}

/* Sockets are a few cache lines apart, so the low 6 bits of the address are not hashed. */
static __always_inline __u32 *found_at(const void *sk)
{
	__u32 address;

	/* The only arithmetic on a pointer that the verifier accepts here is a 32-bit move. */
	asm("%0 = %1" : "=w"(address) : "w"((__u32)(__u64)sk));
	return &rows_found[(address >> 6) * 0x9e3779b1U >> (32 - ROWS_FOUND_BITS)];
}

static __noinline struct flow_state *find_flow(struct sock *sk)
{
	struct socket_note *note = bpf_sk_storage_get(&notes, sk, NULL, 0);

	if (!note || !note->row)
		return NULL;
	*found_at(sk) = note->row;
	return state_at(note->row - 1);
}

/* The flow of a socket, NULL if it has none. */
static __always_inline struct flow_state *flow_of(struct sock *sk)
{
	struct flow_state *st = state_at(READ_ONCE(*found_at(sk)) - 1);

	return st && st->socket == (__u64)sk ? st : find_flow(sk);
}

/* Free rows form a stack: the last eight bytes of a free row are the number of the row below it, plus 1. */
static __always_inline __u64 *next_free(struct flow_row *row)
{
	return (__u64 *)(row + 1) - 1;
}

/* Not static: the verifier checks it once instead of at each call. */
__noinline __u32 pop_free_row(void)
{
	for (int i = 0; i < 64; i++) {
		__u64 top = READ_ONCE(table.free);
		struct flow_row *row;
		__u64 below;

		if (!(__u32)top)
			break;
		row = row_at((__u32)top - 1);
		if (!row)
			break;
		below = ((top >> 32) + 1) << 32 | (__u32)READ_ONCE(*next_free(row));
		if (__sync_val_compare_and_swap(&table.free, top, below) == top)
			return (__u32)top - 1;
	}
	for (int i = 0; i < 64; i++) {
		__u32 row = READ_ONCE(table.high_water);

		if (row >= settings.capacity)
			break;
		if (__sync_val_compare_and_swap(&table.high_water, row, row + 1) == row)
			return row;
	}
	return NO_ROW;
}

__noinline int push_free_row(__u32 number)
{
	struct flow_row *row = row_at(number);

	if (!row)
		return 0;
	for (int i = 0; i < 256; i++) {
		__u64 top = READ_ONCE(table.free);

		WRITE_ONCE(*next_free(row), (__u32)top);
		if (__sync_val_compare_and_swap(&table.free, top, ((top >> 32) + 1) << 32 | (number + 1)) == top)
			return 0;
	}
	COUNT(rows_lost, 1);
	return 0;
}

#define barrier() asm volatile("" ::: "memory")

/* Orders the writes to a row: by the full barrier of an atomic operation on machines that need one. */
static __always_inline void step_sequence(struct flow_row *row)
{
	barrier();
	if (settings.ordered) {
		WRITE_ONCE(row->sequence, row->sequence + 1);
	} else {
		__u32 before = __sync_fetch_and_add(&row->sequence, 1);

		/* Uses the result: an atomic operation without one orders nothing. */
		asm volatile("" : : "r"(before));
	}
	barrier();
}

static __always_inline void begin_write(struct flow_row *row)
{
	step_sequence(row);
}

static __always_inline void end_write(struct flow_row *row)
{
	step_sequence(row);
}

static __always_inline __u64 micros(__u64 ticks)
{
	return ticks * settings.tick_micros >> 16;
}

static __always_inline __u32 millis(__u32 ticks)
{
	return ticks * settings.tick_millis >> 16;
}

static __always_inline bool of_port(const struct sock_common *skc, __u16 local)
{
	__u32 port = settings.port;

	return !port || local == port || __builtin_bswap16(skc->skc_dport) == port;
}

/* At the end of a connection skc_num is already 0. */
static __always_inline __u16 local_port(const struct tcp_sock *tp)
{
	return __builtin_bswap16(tp->inet_conn.icsk_inet.inet_sport);
}

#endif
