/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * What the programs share with the agent. The agent maps the rows for reading, the settings and the table's figures for
 * writing as well: of these it writes sockets, owner_sweep, refused, to_evict and unplaced. BpfSettings.java, BpfTable.java and
 * BpfCounters.java say the same.
 */
#ifndef TCPPROBE_H
#define TCPPROBE_H

#include "flow_row.h"

/* Rows come in maps of this many; the agent adds such maps while it runs. */
#define CHUNK_BITS 12
#define CHUNK_ROWS (1U << CHUNK_BITS)
#define MAX_CHUNKS 1024

/* Bytes that are remembered of a flow beside its row. */
#define FLOW_STATE_SIZE 320

/* Sockets whose rows are found at once. */
#define ROWS_FOUND_BITS 16
#define ROWS_FOUND (1U << ROWS_FOUND_BITS)

/* Network namespaces that are known from each other when a flow comes. */
#define NAMESPACES_SEEN 1024

/* How many ranges of flow ids can be left out. */
#define TAKEN_RANGES 16

/* The length of a flow's last sample, as in /proc/net/tcpprobe of tcp_probe_plus. */
#define LENGTH_LAST 65535

/*
 * How flows are sampled. Any program or module of tcpprobe keeps to these rules:
 *
 *  - A flow is a full TCP socket with a peer, IPv4 or IPv6, of any network namespace. IPv4 in IPv6 counts as IPv4.
 *  - A new flow is sampled at once: when it is established, or when it is seen first.
 *  - A segment that arrives causes a sample if the flow's last one is probetime old and, with full=0, the flow's cwnd
 *    differs from the one in that sample. Of the flow: each has a last cwnd of its own.
 *  - With port, only flows with that local or remote port are looked at.
 *  - A flow beyond maxflows is skipped, and counted once when it opens. It is taken in when there is room again.
 *  - While there is room, every flow stays, however idle. Where a flow that is not idle finds no room, one that has been idle
 *    for purgetime (nothing sent, nothing received) gives way, the one that has been idle longest. When maxflows is lowered,
 *    idle flows give way as well, and then those that came last. Who cannot see every end of a connection lets a flow
 *    go in any case when nothing was seen of it for purgetime.
 *  - At the end of a connection comes a last sample, whose length is 65535 and whose state is closed.
 *  - A sweep, made before flows are looked at, brings every row up to date, whatever probetime is: it samples the flows
 *    in which something may have changed, and writes of the others that they were looked at.
 *
 * A sample shows the state before the segment that caused it. Gates are kept in ticks of the kernel, and a sample's time
 * is exact to a tick; it is exact to the nanosecond where somebody listens to the samples.
 */
struct settings {
	__u64 probe_ticks;
	__u64 purge_ticks;
	/* Microseconds and milliseconds of a tick, times 65536. */
	__u64 tick_micros;
	__u64 tick_millis;
	__u64 tick_nanos;
	__u64 second_ticks;
	__u32 port;
	__u32 full;
	__u32 max_flows;
	/* Rows that the maps have room for. */
	__u32 capacity;
	/* Flows with ids above the one and up to the other are let go: those too many after max_flows was lowered. */
	__u32 drop_above;
	__u32 drop_up_to;
	/* Whether somebody listens. */
	__u32 events;
	__u32 samples;
	/* Whether a sweep counts flows beyond max_flows as skipped: the first one does. */
	__u32 count_skipped;
	/* The machine keeps stores in order (x86): a row needs no barriers. */
	__u32 ordered;
	/*
	 * Ranges of flow ids to leave out, first << 32 | last: flows of an earlier round through the numbers have them.
	 * What is not used is 0: no flow has that id.
	 */
	__u64 taken[TAKEN_RANGES];
	/* Flows that have been idle for so long are let go, as many as table.to_evict says. */
	__u64 evict_ticks;
	/* Whether a sweep takes flows in that have been idle for purge_ticks. */
	__u32 idle_may_enter;
	__u32 pad;
};

/* What the agent has found out about the kernel. SamplerLoader.java says the same. */
struct features {
	/* 1: the program on_ca_state runs. */
	__u32 on_ca_state;
	/*
	 * Where struct smc_sock has clcsock; 0 = there is no SMC. It is a type of a module: were it one of ours, libbpf would
	 * search all modules for it, which takes CAP_SYS_ADMIN.
	 */
	__u32 smc_clcsock;
	/* 1: the agent is in the initial PID namespace, so the ids by which it knows processes are the kernel's own. */
	__u32 initial_pids;
};

/* The table's figures. */
struct table {
	__u32 active;
	/* One more than the greatest row ever used. */
	__u32 high_water;
	__u32 last_flow_id;
	/* How many flows have come without their process being known. */
	__u32 ownerless;
	/* Free rows, as a stack: tag << 32 | row + 1. The tag makes every value new. */
	__u64 free;
	/* Sockets by the kernel's state, counted by a sweep. */
	__u32 sockets[16];
	/* The number of the sweep for owners that runs. */
	__u32 owner_sweep;
	/* Flows, not idle, for which the last sweep found no room. The agent sets it to 0 before. */
	__u32 refused;
	/* What to add to the nanoseconds of the ticks to get CLOCK_MONOTONIC: the least that was seen. */
	__u64 tick_zero;
	/* How many flows a sweep may let go that have been idle for settings.evict_ticks. The agent sets it. */
	__u32 to_evict;
	/* How many times a flow has come of a network namespace that may be new. */
	__u32 namespaces;
	/* Flows that the last sweep found and had no row for. The agent sets it to 0 before. */
	__u32 unplaced;
	__u32 pad;
};

/* Per CPU; the agent adds them up. Names as in /proc/net/stat of tcp_probe_plus. */
struct counters {
	__u64 found;
	__u64 created;
	__u64 ended;
	__u64 maxflow_reached;
	__u64 memory_alloc_failed;
	__u64 ring_full;
	__u64 purged;
	/* Rows that could not be given back for contention; should stay 0. */
	__u64 rows_lost;
};

/* LEFT: the connection is no longer established; it may live on half closed. */
enum event_kind { EVENT_OPEN = 1, EVENT_CLOSE = 2, EVENT_PURGE = 3, EVENT_SAMPLE = 4, EVENT_LEFT = 5 };

struct flow_event {
	__u32 kind;
	__u32 pad;
	struct flow_row row;
};

/* What the iterator of owners writes: a process that has a TCP socket open. A socket comes once for each descriptor. */
struct socket_owner {
	__u32 inode;
	__u32 process;
};

#endif
