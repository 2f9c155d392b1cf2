/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Declarations shared by the files of the module. The rules of sampling are in ../bpf/tcpprobe.h of the project; README.md lists
 * where the module differs.
 */
#ifndef TCP_PROBE_PLUS_H
#define TCP_PROBE_PLUS_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/in6.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/version.h>
#include <net/sock.h>

/* The length in a flow's last record. */
#define LENGTH_LAST 65535

/*
 * Settings: X(name, mode of its file, default, minimum, maximum, description). All are module parameters and files in
 * /proc/sys/net/lyatiss_cw_tcpprobe.
 */
#define SETTINGS(X)                                                                                     \
	X(bufsize, 0444, 4096, 1, 1 << 20, "records in the ring, rounded up to a power of two")         \
	X(debug, 0644, 0, 0, 2, "kernel log messages: 0 none, 1 flows, 2 flows and records")            \
	X(full, 0644, 0, 0, 1, "0: sample only if cwnd has changed, 1: sample whenever probetime has passed") \
	X(hashsize, 0444, 0, 0, 1 << 20, "slots of the flow table, minimum 32; 0 = by the host's memory") \
	X(maxflows, 0644, 2000000, 1, 4000000, "maximum number of tracked flows")                       \
	X(port, 0644, 0, 0, 65535, "only flows with this local or remote port; 0 = all")                \
	X(probetime, 0644, 500, 0, 86400000, "minimum time between two samples of a flow, ms")          \
	X(purgetime, 0644, 300, 1, 604800, "idle time after which a flow is evicted, s")

#define SETTING_MEMBER(name, mode, initial, minimum, maximum, text) int name;
struct settings {
	SETTINGS(SETTING_MEMBER)
	bool ipv4only;
};

extern struct settings settings;

int settings_check(void);
int settings_publish(void);
void settings_withdraw(void);

/* Reads a setting that can change at any time. */
#define SETTING(name) READ_ONCE(settings.name)

#define log_at(level, fmt, ...)                                        \
	do {                                                           \
		if (SETTING(debug) >= (level))                         \
			pr_info_ratelimited(fmt "\n", ##__VA_ARGS__);  \
	} while (0)

/* Per CPU; /proc/net/stat/lyatiss_cw_tcpprobe shows the sums. */
struct counters {
	unsigned long search_flows;
	unsigned long found;
	unsigned long created;
	unsigned long ended;
	unsigned long ring_full;
	unsigned long maxflow_reached;
	unsigned long memory_alloc_failed;
	unsigned long multiple_reader;
	unsigned long copy_failed;
};

DECLARE_PER_CPU(struct counters, counters);

#define COUNT(name) this_cpu_inc(counters.name)

int statistics_publish(void);
void statistics_withdraw(void);

/* The endpoints of a connection. IPv4 is stored as IPv4-mapped IPv6, whatever the family of the socket. */
struct endpoints {
	struct in6_addr local;
	struct in6_addr remote;
	__be16 local_port;
	__be16 remote_port;
};

/* One line of /proc/net/tcpprobe. */
struct record {
	ktime_t time; /* CLOCK_MONOTONIC; set when it enters the ring */
	struct endpoints endpoints;
	u64 snd_nxt;
	u64 socket_idf;
	u32 snd_una;
	u32 cwnd;
	u32 ssthresh;
	u32 snd_wnd;
	u32 srtt;
	u32 rttvar;
	u32 lost;
	u32 retrans;
	u32 in_flight;
	u32 rqueue;
	u32 wqueue;
	u16 length;
	u8 frto;
};

#define LINE_SIZE 384

void record_fill(struct record *record, const struct sock *sk);
int record_print(char *line, const struct record *record, ktime_t start);

int ring_create(void);
void ring_destroy(void);
void ring_put(struct record *record);
int ring_publish(void);
void ring_withdraw(void);

struct flow;

int flows_create(void);
void flows_destroy(void);
void flows_segment(const struct sock *sk, unsigned int length);
void flows_opened(const struct sock *sk);
void flows_closed(const struct sock *sk);
unsigned int flows_active(void);
unsigned int flows_slots(void);
size_t flow_size(void);

#endif
