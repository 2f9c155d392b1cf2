// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * tcp_probe_plus: samples every TCP connection of the host into /proc/net/tcpprobe. It attaches to two tracepoints: one is hit
 * by every segment that arrives on an established connection, the other by every change of a socket's state. They are not
 * exported by name, so the module searches for them.
 */
#include "tcp_probe_plus.h"

#include <linux/module.h>
#include <linux/skbuff.h>
#include <linux/tracepoint.h>
#include <net/tcp.h>
#include <trace/events/sock.h>
#include <trace/events/tcp.h>

/* Linux 6.16 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
typedef const struct sk_buff probed_skb;
#else
typedef struct sk_buff probed_skb;
#endif

/* Both run with the socket's lock held, in a softirq or in a process. Not all kernels hold the RCU lock here. */
static void on_segment(void *data, struct sock *sk, probed_skb *skb)
{
	rcu_read_lock();
	flows_segment(sk, skb->len);
	rcu_read_unlock();
}

/*
 * A socket that is not established yet has no flow, but can have the addresses of one: the kernel closes the second of two sockets that
 * two CPUs create for the same handshake, and a socket whose connect() is refused because a connection has its addresses.
 */
static bool has_flow(const int state)
{
	return state != TCP_SYN_SENT && state != TCP_SYN_RECV;
}

static void on_state(void *data, const struct sock *sk, const int before, const int after)
{
	if (sk->sk_protocol != IPPROTO_TCP || before == TCP_LISTEN)
		return;
	rcu_read_lock();
	if (after == TCP_ESTABLISHED)
		flows_opened(sk);
	else if (after == TCP_CLOSE && has_flow(before))
		flows_closed(sk);
	rcu_read_unlock();
}

static struct hook {
	const char *name;
	void *probe;
	struct tracepoint *tracepoint;
} hooks[] = {
	{ "inet_sock_set_state", on_state },
	{ "tcp_probe", on_segment },
};

static void find(struct tracepoint *tracepoint, void *data)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (!strcmp(tracepoint->name, hooks[i].name))
			hooks[i].tracepoint = tracepoint;
}

static void detach(int count)
{
	while (count--)
		tracepoint_probe_unregister(hooks[count].tracepoint, hooks[count].probe, NULL);
	tracepoint_synchronize_unregister();
}

static int attach(void)
{
	int i, err;

	/* These make the compiler check the types. */
	check_trace_callback_type_inet_sock_set_state(on_state);
	check_trace_callback_type_tcp_probe(on_segment);
	for_each_kernel_tracepoint(find, NULL);
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = -ENOENT;
		if (hooks[i].tracepoint)
			err = tracepoint_probe_register(hooks[i].tracepoint, hooks[i].probe, NULL);
		if (err) {
			pr_err("cannot attach to tracepoint %s: error %d; CONFIG_TRACEPOINTS and Linux 5.4 or newer are required\n",
			       hooks[i].name, err);
			detach(i);
			return err;
		}
	}
	return 0;
}

/* Created in this order, destroyed in the reverse order. */
static const struct stage {
	const char *name;
	int (*create)(void);
	void (*destroy)(void);
} stages[] = {
	{ "the ring", ring_create, ring_destroy },
	{ "the flow table", flows_create, flows_destroy },
	{ "the files in /proc/sys/net", settings_publish, settings_withdraw },
	{ "the file in /proc/net/stat", statistics_publish, statistics_withdraw },
	{ "/proc/net/tcpprobe", ring_publish, ring_withdraw },
};

static void destroy_stages(int count)
{
	while (count--)
		stages[count].destroy();
}

static int __init tcp_probe_plus_init(void)
{
	int i, err;

	err = settings_check();
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(stages); i++) {
		err = stages[i].create();
		if (err) {
			pr_err("cannot create %s: error %d\n", stages[i].name, err);
			goto undo;
		}
	}
	err = attach();
	if (err)
		goto undo;
	pr_info("version 2.0.0, %d records, %d slots\n", settings.bufsize, settings.hashsize);
	return 0;
undo:
	destroy_stages(i);
	return err;
}

static void __exit tcp_probe_plus_exit(void)
{
	detach(ARRAY_SIZE(hooks));
	destroy_stages(ARRAY_SIZE(stages));
}

module_init(tcp_probe_plus_init);
module_exit(tcp_probe_plus_exit);

MODULE_DESCRIPTION("Samples TCP connections into /proc/net/tcpprobe");
MODULE_AUTHOR("The tcpprobe project");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION("2.0.0");
