// SPDX-License-Identifier: GPL-2.0 OR MIT
/* A record: what it holds of a socket, and how it is printed. The order and the units are those of tcp_probe_plus 1.1.6. */
#include "tcp_probe_plus.h"

#include <linux/kernel.h>
#include <linux/tcp.h>
#include <net/ipv6.h>
#include <net/tcp.h>

/* Segments in the network now. Not packets_out: that counts those with the peer and those lost as well. */
static u32 in_flight(const struct tcp_sock *tp)
{
	return tp->packets_out - tp->sacked_out - tp->lost_out + tp->retrans_out;
}

/* All but the ends, the length, and the sequence numbers that the flow carries on. */
void record_fill(struct record *record, const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	s32 unread = tp->rcv_nxt - READ_ONCE(tp->copied_seq);

	record->snd_una = tp->snd_una;
	record->cwnd = tp->snd_cwnd;
	record->ssthresh = tp->snd_ssthresh;
	record->snd_wnd = tp->snd_wnd;
	record->srtt = tp->srtt_us >> 3;
	record->rttvar = tp->rttvar_us >> 2;
	record->lost = tp->lost_out;
	record->retrans = tp->total_retrans;
	record->in_flight = in_flight(tp);
	record->frto = tp->frto;
	record->rqueue = max(unread, 0); /* a FIN takes a number, too: -1 when it was read */
	record->wqueue = READ_ONCE(tp->write_seq) - tp->snd_una;
}

static int print_end(char *to, const struct in6_addr *address, __be16 port)
{
	if (ipv6_addr_v4mapped(address))
		return sprintf(to, "%pI4:%u ", &address->s6_addr32[3], ntohs(port));
	return sprintf(to, "[%pI6c]:%u ", address, ntohs(port));
}

/* Prints a line into LINE_SIZE bytes, more than the longest takes. Its time is since start. */
int record_print(char *line, const struct record *record, ktime_t start)
{
	s64 nanos = max_t(s64, ktime_to_ns(ktime_sub(record->time, start)), 0);
	u32 rest;
	u64 seconds = div_u64_rem(nanos, NSEC_PER_SEC, &rest);
	int n;

	n = sprintf(line, "%llu.%09u ", seconds, rest);
	n += print_end(line + n, &record->ends.local, record->ends.local_port);
	n += print_end(line + n, &record->ends.remote, record->ends.remote_port);
	n += sprintf(line + n, "%d %#llx %#x ", record->length, record->snd_nxt, record->snd_una);
	n += sprintf(line + n, "%u %u %u ", record->cwnd, record->ssthresh, record->snd_wnd);
	n += sprintf(line + n, "%u %u %u ", record->srtt, record->rttvar, record->srtt + 4 * record->rttvar);
	n += sprintf(line + n, "%u %u %u %u ", record->lost, record->retrans, record->in_flight, record->frto);
	n += sprintf(line + n, "%u %u %#llx\n", record->rqueue, record->wqueue, record->socket_idf);
	return n;
}
