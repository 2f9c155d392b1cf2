/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Declarations shared with the agent. The agent maps the rows read-only, and the settings and struct table read-write: of the
 * latter it writes sockets, owner_sweep, refused, to_evict, unplaced and dumps. The Java counterparts are BpfSettings.java,
 * BpfTable.java and BpfCounters.java.
 */
#ifndef TCPPROBE_H
#define TCPPROBE_H

#include "flow_row.h"

/* Rows per map; the agent adds maps while it runs. */
#define CHUNK_BITS 12
#define CHUNK_ROWS (1U << CHUNK_BITS)
#define MAX_CHUNKS 1024

/* Buckets of the histogram of round-trip times: rtt_from_0 and the fields after it in the row. */
#define RTT_BUCKETS 18

/* Size in bytes of struct flow_state. */
#define FLOW_STATE_SIZE 384

/* Entries of the cache from socket to row. */
#define ROWS_FOUND_BITS 16
#define ROWS_FOUND (1U << ROWS_FOUND_BITS)

/* Rows of listeners; further listeners are not counted. */
#define LISTENER_ROWS 4096

/* Entries of the cache of network namespaces. */
#define NAMESPACES_SEEN 1024

/* Maximum number of ranges of flow ids to skip. */
#define TAKEN_RANGES 16

/* Maximum number of watched flows, see watched.h. */
#define WATCHED_FLOWS 32

/* The length in a flow's last sample, as in /proc/net/tcpprobe of tcp_probe_plus. */
#define LENGTH_LAST 65535

/*
 * Where a congestion control keeps a value in its private state: offset of a word of 4 bytes | bits of the word below the value << 16 |
 * bits of the value << 24. 0 = nowhere.
 */
typedef __u32 private_place;

/* Members of struct bbr of the running kernel. BbrState.java finds them. */
struct bbr_places {
	private_place min_rtt;
	private_place mode;
	private_place bandwidth; /* struct minmax */
	private_place long_term_bandwidth;
	private_place uses_long_term;
	private_place pacing_gain;
	private_place cwnd_gain;
	/* Which fields of the row are known, from the lowest bit: bandwidth, min_rtt, pacing_gain, cwnd_gain, mode. */
	__u32 present;
};

/*
 * How flows are sampled. Every program and module of tcpprobe follows these rules:
 *
 *  - A flow is a full TCP socket with a peer, IPv4 or IPv6, in any network namespace. An IPv4-mapped address counts as IPv4.
 *  - A new flow is sampled immediately: when it is established, or when it is first seen.
 *  - A segment that arrives causes a sample if the flow's last sample is at least probetime old. With full=0, the flow's cwnd
 *    must also differ from that of its last sample. A segment of a watched flow always causes one (source bpf).
 *  - If port is set, only flows with that local or remote port are tracked.
 *  - A flow beyond maxflows is skipped, and counted once when it opens. It is tracked when there is room again.
 *  - While there is room, every flow is tracked, however long it is idle. When an active flow finds no room, flows that have been
 *    idle for purgetime (nothing sent, nothing received) are evicted, the longest idle first. When maxflows is lowered, idle
 *    flows are evicted first, then the newest flows. A source that cannot see the end of every connection evicts each flow that
 *    it has not seen for purgetime.
 *  - At the end of a connection there is a last sample, with length 65535 and state closed.
 *  - A sweep runs before flows are read and updates every row, whatever probetime is. It samples the flows that may have
 *    changed; in the rows of the others it updates the time and the ages.
 *
 * A sample shows the state before the segment that caused it. Intervals are measured in kernel ticks. The time of a sample is
 * accurate to one tick, or to a nanosecond while there is a listener for samples or the flow is watched.
 */
struct settings {
	__u64 probe_ticks;
	/* Bit n: a flow is watched in a row whose number ends in n (6 bits). Read for every segment that is not sampled. */
	__u64 watched_rows;
	/* Length of a tick in microseconds and in milliseconds, times 65536; then in nanoseconds. */
	__u64 tick_micros;
	__u64 tick_millis;
	__u64 tick_nanos;
	__u64 second_ticks;
	__u32 port;
	__u32 full;
	__u32 max_flows;
	/* Number of rows in the maps. */
	__u32 capacity;
	/* Flows with drop_above < id <= drop_up_to are evicted: those in excess after max_flows was lowered. */
	__u32 drop_above;
	__u32 drop_up_to;
	/* 1: there is a listener for openings and ends, or for samples. */
	__u32 events;
	__u32 samples;
	/* 1: a sweep counts flows beyond max_flows as skipped; the first sweep does. */
	__u32 count_skipped;
	/* 1: the machine keeps the order of stores (x86), so a row needs no barriers. */
	__u32 ordered;
	/*
	 * Ranges of flow ids to skip, first << 32 | last: ids still in use when the numbers start again. Unused entries are 0,
	 * which is no flow's id.
	 */
	__u64 taken[TAKEN_RANGES];
	/* A sweep evicts up to table.to_evict flows that have been idle for at least this time. */
	__u64 evict_ticks;
	/* 1: a sweep adds flows that have been idle for purge_ticks. */
	__u32 idle_may_enter;
	__u32 pad;
	__u64 purge_ticks;
	/* The watched flows: flow id << 32 | row + 1; unused entries are 0. */
	__u64 watched[WATCHED_FLOWS];
	/* All 0 while the kernel has no BBR, or a module with it is not loaded. */
	struct bbr_places bbr;
};

/* Features of the running kernel, detected by the agent (SamplerLoader.java). */
struct features {
	/* 1: the program on_ca_state runs. */
	__u32 on_ca_state;
	/*
	 * Offset of clcsock in struct smc_sock; 0 = no SMC. The agent finds it: that type belongs to a module, and libbpf would need
	 * CAP_SYS_ADMIN to search the modules for it.
	 */
	__u32 smc_clcsock;
	/* 1: the agent is in the initial PID namespace, so its process ids are those of the kernel. */
	__u32 initial_pids;
	/* 1: the program on_retransmit runs. */
	__u32 on_retransmit;
	/* Number of rows for listeners; 0 = listeners are not counted. */
	__u32 listener_rows;
	/*
	 * Number of parameters of inet_csk_reqsk_queue_hash_add, tcp_check_req and inet_csk_accept: the place of their result.
	 * 0 = the function has no result.
	 */
	__u32 request_result;
	__u32 check_result;
	__u32 accept_result;
	/* 1: the program on_reset runs. */
	__u32 on_reset;
	/* The agent's process id, in the PID namespace with this device and inode. */
	__u32 process;
	__u32 pid_device;
	__u32 pid_namespace;
};

/* Counts and state of the table of rows. */
struct table {
	__u32 active;
	/* One more than the highest row ever used. */
	__u32 high_water;
	__u32 last_flow_id;
	/* Number of flows that were added with an unknown process. */
	__u32 ownerless;
	/* Stack of free rows: tag << 32 | row + 1. The tag makes every value unique (ABA problem). */
	__u64 free;
	/* Sockets by the kernel's state, counted by a sweep. */
	__u32 sockets[16];
	/* Number of the current scan for owners. */
	__u32 owner_sweep;
	/* Active flows that the last sweep skipped for lack of room. The agent resets it before a sweep. */
	__u32 refused;
	/* Offset from the ticks in nanoseconds to CLOCK_MONOTONIC: the minimum measured. */
	__u64 tick_zero;
	/* Flows that a sweep may still evict, see settings.evict_ticks. The agent sets it. */
	__u32 to_evict;
	/* Number of flows from a network namespace that may be new. */
	__u32 namespaces;
	/* Flows for which the last sweep had no row. The agent resets it before a sweep. */
	__u32 unplaced;
	/* At least one more than the highest row of a listener ever used. */
	__u32 listener_rows;
	/* 1: the agent sweeps by inet_diag. The agent sets it. */
	__u32 dumps;
	__u32 pad;
};

/*
 * The counts of a listener, since it began or, if it is older, since the agent found it. The agent maps the rows read-only. A row is
 * that of a listener while cookie and generation are the same before and after reading it.
 */
struct listener_row {
	__u64 cookie; /* 0 = unused */
	/* SYNs received, those sent again included. */
	__u64 syns;
	/* Connections that became half open; those of them whose handshake was completed. */
	__u64 requests;
	__u64 completed;
	/* Connections that were not half open before, because of a SYN cookie or TCP Fast Open. */
	__u64 direct;
	__u64 established;
	__u64 accepted;
	/* SYNs, and ACKs that complete the handshake, which were dropped because the accept queue was full. */
	__u64 overflows;
	/* Half-open connections that were dropped; found by sweeps, never more than there were. */
	__u64 dropped;
	/* At the last sweep: half-open connections, and those that wait to be accepted. */
	__u32 half_open;
	__u32 accept_queue;
	/* Half-open connections when the agent found the listener. */
	__u32 half_open_before;
	/* Connections that are accepted and established. */
	__u32 connections;
	/* 1: the counts are those since the listener began. */
	__u32 whole;
	/* How many listeners have used the row; members before this one begin at 0. */
	__u32 generation;
	__u32 pad[8];
};

/* Per CPU; the agent returns the sums. The names are those in /proc/net/stat of tcp_probe_plus. */
struct counters {
	__u64 found;
	__u64 created;
	__u64 ended;
	__u64 maxflow_reached;
	__u64 memory_alloc_failed;
	__u64 ring_full;
	__u64 purged;
	/* Rows that could not be freed because of contention; should stay 0. */
	__u64 rows_lost;
	/* Failed calls of connect(). */
	__u64 connects_refused;
	__u64 connects_timed_out;
	__u64 connects_unreachable;
	__u64 connects_other;
	/* Listeners that are not counted, for lack of a row. */
	__u64 listeners_skipped;
};

/* LEFT: the connection has left the state established; it may continue half closed. */
enum event_kind { EVENT_OPEN = 1, EVENT_CLOSE = 2, EVENT_PURGE = 3, EVENT_SAMPLE = 4, EVENT_LEFT = 5, EVENT_FAILED = 6 };

struct flow_event {
	__u32 kind;
	__u32 pad;
	struct flow_row row;
};

/* Written by the iterator "owners", once for each open descriptor of a TCP socket. */
struct socket_owner {
	__u32 inode;
	__u32 process;
};

#endif
