// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Fills a record from a socket and prints it. The order of the fields and their units are those of tcp_probe_plus 1.1.6. */
#include "tcp_probe_plus.h"

#include <linux/kernel.h>
#include <linux/tcp.h>
#include <net/ipv6.h>
#include <net/tcp.h>

/* Segments in the network now. packets_out also counts the segments that were SACKed or lost. */
static u32 in_flight(const struct tcp_sock *tp)
{
	return tp->packets_out - tp->sacked_out - tp->lost_out + tp->retrans_out;
}

/* Fills all fields but the endpoints, the length, snd_nxt and socket_idf. */
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
	record->rqueue = max(unread, 0); /* -1 when a FIN was read, which has a sequence number */
	record->wqueue = READ_ONCE(tp->write_seq) - tp->snd_una;
}

static int print_endpoint(char *to, const struct in6_addr *address, __be16 port)
{
	if (ipv6_addr_v4mapped(address))
		return sprintf(to, "%pI4:%u ", &address->s6_addr32[3], ntohs(port));
	return sprintf(to, "[%pI6c]:%u ", address, ntohs(port));
}

/* Prints a line, with the time since start, into a buffer of LINE_SIZE bytes, which is longer than the longest line. */
int record_print(char *line, const struct record *record, ktime_t start)
{
	s64 nanos = max_t(s64, ktime_to_ns(ktime_sub(record->time, start)), 0);
	u32 rest;
	u64 seconds = div_u64_rem(nanos, NSEC_PER_SEC, &rest);
	int n;

	n = sprintf(line, "%llu.%09u ", seconds, rest);
	n += print_endpoint(line + n, &record->endpoints.local, record->endpoints.local_port);
	n += print_endpoint(line + n, &record->endpoints.remote, record->endpoints.remote_port);
	n += sprintf(line + n, "%d %#llx %#x ", record->length, record->snd_nxt, record->snd_una);
	n += sprintf(line + n, "%u %u %u ", record->cwnd, record->ssthresh, record->snd_wnd);
	n += sprintf(line + n, "%u %u %u ", record->srtt, record->rttvar, record->srtt + 4 * record->rttvar);
	n += sprintf(line + n, "%u %u %u %u ", record->lost, record->retrans, record->in_flight, record->frto);
	n += sprintf(line + n, "%u %u %#llx\n", record->rqueue, record->wqueue, record->socket_idf);
	return n;
}
