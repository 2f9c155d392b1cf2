/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Reads the private state of BBR, struct bbr of net/ipv4/tcp_bbr.c. That type can belong to a module, and libbpf would need
 * CAP_SYS_ADMIN to search the modules for it. So the agent finds the places of the members; a member that the kernel does not have is
 * absent from the row.
 */
#ifndef TCPPROBE_BBR_H
#define TCPPROBE_BBR_H

#include "table.h"

/* Unit of a bandwidth: segments per microsecond, times 2^24. */
#define BBR_BANDWIDTH_SCALE 24

/* Places are below this: icsk_ca_priv has 104 bytes. */
#define PRIVATE_BYTES 128

/* "bbr" as the first word of row->congestion_control, little endian. */
#define BBR_NAME 0x00726262

/*
 * The verifier of Linux 6.1 follows each combination of branches in a function that calls others, and refuses a program after a million
 * instructions. So there is one branch here, and what a kernel does not have is masked.
 */

/* Reads a value at a place; 0 if there is none. */
static __always_inline __u32 read_private(struct tcp_sock *tp, private_place place)
{
	void *state = tp->inet_conn.icsk_ca_priv;
	__u32 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), state + (place & (PRIVATE_BYTES - 1)));
	return value >> (place >> 16 & 31) & (__u32)((1ULL << (place >> 24 & 63)) - 1);
}

/* As bbr_bw does. */
static __always_inline __u32 read_bandwidth(struct tcp_sock *tp)
{
	const struct bbr_places *bbr = &settings.bbr;
	__u32 long_term = 0 - read_private(tp, bbr->uses_long_term); /* one bit: all bits, or none */

	barrier_var(long_term);
	return read_private(tp, (bbr->long_term_bandwidth & long_term) |
					((bbr->bandwidth + bpf_core_field_offset(struct minmax, s[0].v)) & ~long_term));
}

#define BBR_FIELDS                                                                               \
	(BIT(F_BBR_BANDWIDTH) | BIT(F_BBR_MIN_RTT) | BIT(F_BBR_PACING_GAIN) | BIT(F_BBR_CWND_GAIN) | \
	 BIT(F_BBR_MODE))

_Static_assert(F_BBR_MODE == F_BBR_BANDWIDTH + 4, "bbr_places.present has the fields in sequence");

/* Not inlined: few flows need it. */
static __noinline int write_bbr_values(struct flow_row *row, struct tcp_sock *tp)
{
	const struct bbr_places *bbr = &settings.bbr;
	__u64 present = (__u64)bbr->present << (F_BBR_BANDWIDTH & 63);
	__u64 min_rtt = read_private(tp, bbr->min_rtt);
	__u64 no_rtt = (min_rtt + 1) >> 32; /* 1 for ~0: none was measured */

	barrier_var(no_rtt);
	row->bbr_bandwidth = (__u64)read_bandwidth(tp) * tp->mss_cache * 1000000 >> BBR_BANDWIDTH_SCALE;
	row->bbr_min_rtt = min_rtt;
	row->bbr_pacing_gain = read_private(tp, bbr->pacing_gain);
	row->bbr_cwnd_gain = read_private(tp, bbr->cwnd_gain);
	row->bbr_mode = read_private(tp, bbr->mode);
	row->present[2] |= present & BBR_FIELDS & ~(no_rtt << (F_BBR_MIN_RTT & 63));
	return 0;
}

/* A socket that is not connected yet has chosen BBR, but has no state of it. */
static __always_inline void write_bbr(struct flow_row *row, struct tcp_sock *tp)
{
	struct inet_connection_sock *icsk = &tp->inet_conn;
	__u32 other = row->congestion_control[0] ^ BBR_NAME;

	if (bpf_core_field_exists(icsk->icsk_ca_initialized))
		other |= BPF_CORE_READ_BITFIELD(icsk, icsk_ca_initialized) ^ 1;
	barrier_var(other);
	row->present[2] &= ~BBR_FIELDS;
	if (!other)
		write_bbr_values(row, tp);
}

#endif
