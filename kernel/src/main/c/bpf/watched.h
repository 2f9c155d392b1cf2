/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The flows that the agent watches: every segment of them causes a sample, and every sample is written to the ring of samples. A flow's
 * field "samples" counts them, so that the reader finds those for which the ring had no room.
 */
#ifndef TCPPROBE_WATCHED_H
#define TCPPROBE_WATCHED_H

#include "table.h"

/* Returns the id of the watched flow in a row; 0 if there is none. */
static __noinline __u32 watched_in(__u32 row)
{
	for (int i = 0; i < WATCHED_FLOWS; i++) {
		__u64 entry = READ_ONCE(settings.watched[i]);

		if ((__u32)entry == row + 1)
			return entry >> 32;
	}
	return 0;
}

/* As watched_in. While no flow is watched, it costs a branch that is never taken. */
static __always_inline __u32 watched_id(const struct flow_state *st)
{
	if (__builtin_expect(!(settings.watched_rows >> (st->row & 63) & 1), 1))
		return 0;
	return watched_in(st->row);
}

#endif
