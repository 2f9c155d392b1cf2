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
#define BBR_NO_RTT ((__u32)-1)

/* Places are below this: icsk_ca_priv has 104 bytes. */
#define PRIVATE_BYTES 128

/* Reads a value at a place, or in a structure there. */
static __always_inline bool read_private(struct tcp_sock *tp, private_place place, __u32 member, __u32 *value)
{
	__u64 *state = tp->inet_conn.icsk_ca_priv;
	__u32 bits = place >> 24;

	*value = 0;
	if (!bits)
		return false;
	bpf_probe_read_kernel(value, sizeof(*value), (void *)state + (place & (PRIVATE_BYTES - 1)) + member);
	*value = *value >> (place >> 16 & 31) & (__u32)((1ULL << (bits & 63)) - 1);
	return true;
}

/* As bbr_bw does. */
static __always_inline bool read_bandwidth(struct tcp_sock *tp, __u32 *bandwidth)
{
	const struct bbr_places *bbr = &settings.bbr;
	__u32 long_term;

	if (!read_private(tp, bbr->uses_long_term, 0, &long_term))
		return false;
	if (long_term)
		return read_private(tp, bbr->long_term_bandwidth, 0, bandwidth);
	return read_private(tp, bbr->bandwidth, bpf_core_field_offset(struct minmax, s[0].v), bandwidth);
}

/* A socket that is not connected yet has chosen BBR, but has no state of it. */
static __always_inline bool uses_bbr(const struct flow_row *row, struct tcp_sock *tp)
{
	const char *name = (const char *)row->congestion_control;
	struct inet_connection_sock *icsk = &tp->inet_conn;

	if (name[0] != 'b' || name[1] != 'b' || name[2] != 'r' || name[3])
		return false;
	return !bpf_core_field_exists(icsk->icsk_ca_initialized) || BPF_CORE_READ_BITFIELD(icsk, icsk_ca_initialized);
}

#define BBR_FIELDS                                                                               \
	(BIT(F_BBR_BANDWIDTH) | BIT(F_BBR_MIN_RTT) | BIT(F_BBR_PACING_GAIN) | BIT(F_BBR_CWND_GAIN) | \
	 BIT(F_BBR_MODE))

/* Not inlined: few flows need it. */
static __noinline int write_bbr_values(struct flow_row *row, struct tcp_sock *tp)
{
	const struct bbr_places *bbr = &settings.bbr;
	__u64 present = 0;
	__u32 value;

	if (read_bandwidth(tp, &value)) {
		row->bbr_bandwidth = (__u64)value * tp->mss_cache * 1000000 >> BBR_BANDWIDTH_SCALE;
		present |= BIT(F_BBR_BANDWIDTH);
	}
	if (read_private(tp, bbr->min_rtt, 0, &value) && value != BBR_NO_RTT) {
		row->bbr_min_rtt = value;
		present |= BIT(F_BBR_MIN_RTT);
	}
	if (read_private(tp, bbr->pacing_gain, 0, &value)) {
		row->bbr_pacing_gain = value;
		present |= BIT(F_BBR_PACING_GAIN);
	}
	if (read_private(tp, bbr->cwnd_gain, 0, &value)) {
		row->bbr_cwnd_gain = value;
		present |= BIT(F_BBR_CWND_GAIN);
	}
	if (read_private(tp, bbr->mode, 0, &value)) {
		row->bbr_mode = value;
		present |= BIT(F_BBR_MODE);
	}
	row->present[2] = (row->present[2] & ~BBR_FIELDS) | present;
	return 0;
}

static __always_inline void write_bbr(struct flow_row *row, struct tcp_sock *tp)
{
	if (uses_bbr(row, tp))
		write_bbr_values(row, tp);
	else
		row->present[2] &= ~BBR_FIELDS;
}

#endif
