// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The flow table. Probes look flows up under RCU only; a spinlock is taken when a flow comes or goes. What a flow
 * remembers is written by probes that hold its socket's lock, so there is one writer at a time.
 */
#include "tcp_probe_plus.h"

#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/tcp.h>
#include <linux/workqueue.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/tcp.h>

/* No holes: it is hashed and compared as bytes. */
struct flow_key {
	struct ends ends;
	u32 link; /* for a link-local address: the interface */
	const struct net *net;
};

struct flow {
	struct hlist_node in_slot;
	struct list_head in_order;
	struct flow_key key;
	unsigned long sampled;	/* jiffies: the last sample */
	unsigned long seen;	/* jiffies: the last segment */
	u64 snd_nxt;		/* carried on beyond 2^32 */
	u64 sent;		/* bytes_sent - bytes_retrans when snd_nxt was that */
	u64 socket_idf;
	u32 cwnd;		/* in the last sample */
	bool gone;		/* under changing */
	struct rcu_head rcu;
};

static struct kmem_cache *cache;
static struct hlist_head *slots;
static u32 seed;
static DEFINE_SPINLOCK(changing);
static LIST_HEAD(order); /* the oldest first; under changing */
static unsigned int active; /* under changing */

unsigned int flows_active(void)
{
	return READ_ONCE(active);
}

unsigned int flows_slots(void)
{
	return settings.hashsize;
}

size_t flow_size(void)
{
	return sizeof(struct flow);
}

static bool take_addresses(const struct sock *sk, struct flow_key *key)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		key->ends.local = sk->sk_v6_rcv_saddr;
		key->ends.remote = sk->sk_v6_daddr;
		if (ipv6_addr_type(&key->ends.remote) & IPV6_ADDR_LINKLOCAL)
			key->link = sk->sk_bound_dev_if;
		return !settings.ipv4only || ipv6_addr_v4mapped(&key->ends.remote);
	}
#endif
	ipv6_addr_set_v4mapped(sk->sk_rcv_saddr, &key->ends.local);
	ipv6_addr_set_v4mapped(sk->sk_daddr, &key->ends.remote);
	return sk->sk_family == AF_INET;
}

/* The key of a socket; false if no such sockets are looked at. At its end a socket has its port in inet_sport only. */
static bool take_key(const struct sock *sk, struct flow_key *key)
{
	memset(key, 0, sizeof(*key));
	key->ends.local_port = inet_sk(sk)->inet_sport;
	key->ends.remote_port = sk->sk_dport;
	key->net = sock_net(sk);
	return take_addresses(sk, key);
}

static bool of_port(const struct flow_key *key)
{
	int port = SETTING(port);

	return !port || ntohs(key->ends.local_port) == port || ntohs(key->ends.remote_port) == port;
}

static struct hlist_head *slot_of(const struct flow_key *key)
{
	BUILD_BUG_ON(sizeof(*key) % sizeof(u32));
	return &slots[reciprocal_scale(jhash2((const u32 *)key, sizeof(*key) / sizeof(u32), seed), settings.hashsize)];
}

static struct flow *find(const struct flow_key *key)
{
	struct flow *flow, *found = NULL;
	bool stepped = false;

	hlist_for_each_entry_rcu(flow, slot_of(key), in_slot) {
		if (!memcmp(&flow->key, key, sizeof(*key))) {
			found = flow;
			break;
		}
		stepped = true;
	}
	if (stepped)
		COUNT(search_flows);
	return found;
}

/* Carries snd_nxt on beyond 2^32: the bytes sent tell how often it has wrapped since, the number itself the rest. */
static void carry_on(struct flow *flow, const struct tcp_sock *tp)
{
	u64 sent = tp->bytes_sent - tp->bytes_retrans;
	u64 about = flow->snd_nxt + (sent - flow->sent);

	flow->snd_nxt = about + (s32)(tp->snd_nxt - (u32)about);
	flow->sent = sent;
}

static void sample(struct flow *flow, const struct sock *sk, u16 length)
{
	struct record record;

	carry_on(flow, tcp_sk(sk));
	WRITE_ONCE(flow->sampled, jiffies);
	record_fill(&record, sk);
	record.ends = flow->key.ends;
	record.snd_nxt = flow->snd_nxt;
	record.socket_idf = flow->socket_idf;
	record.length = length;
	flow->cwnd = record.cwnd;
	say(2, "record %pI6c %u %pI6c %u length %u cwnd %u", &record.ends.local, ntohs(record.ends.local_port),
	    &record.ends.remote, ntohs(record.ends.remote_port), length, record.cwnd);
	ring_put(&record);
}

static void tell(const char *what, const struct flow *flow)
{
	const struct ends *ends = &flow->key.ends;

	say(1, "%s %pI6c %u %pI6c %u", what, &ends->local, ntohs(ends->local_port), &ends->remote,
	    ntohs(ends->remote_port));
}

static struct flow *make(const struct flow_key *key, const struct tcp_sock *tp)
{
	struct flow *flow = kmem_cache_zalloc(cache, GFP_ATOMIC | __GFP_NOWARN);

	if (!flow) {
		COUNT(memory_alloc_failed);
		return NULL;
	}
	flow->key = *key;
	flow->seen = jiffies;
	flow->snd_nxt = tp->snd_nxt;
	flow->sent = tp->bytes_sent - tp->bytes_retrans;
	flow->socket_idf = tp->snd_nxt;
	return flow;
}

/* Takes a flow in, if there is room. */
static bool enter(struct flow *flow)
{
	bool room;

	spin_lock_bh(&changing);
	room = active < SETTING(maxflows);
	if (room) {
		hlist_add_head_rcu(&flow->in_slot, slot_of(&flow->key));
		list_add_tail(&flow->in_order, &order);
		WRITE_ONCE(active, active + 1);
	}
	spin_unlock_bh(&changing);
	return room;
}

/* A flow beyond maxflows is counted once, when it opens. */
static void begin(const struct flow_key *key, const struct sock *sk, bool opening, u16 length)
{
	struct flow *flow = NULL;

	if (READ_ONCE(active) >= SETTING(maxflows))
		goto full;
	flow = make(key, tcp_sk(sk));
	if (!flow)
		return;
	if (!enter(flow))
		goto full;
	COUNT(created);
	tell("new", flow);
	sample(flow, sk, length);
	return;
full:
	if (flow)
		kmem_cache_free(cache, flow);
	if (opening)
		COUNT(maxflow_reached);
}

static void free_flow(struct rcu_head *rcu)
{
	kmem_cache_free(cache, container_of(rcu, struct flow, rcu));
}

/* Lets a flow go; false if somebody else has. Under RCU or changing: the flow must not be freed meanwhile. */
static bool leave(struct flow *flow)
{
	bool first;

	spin_lock_bh(&changing);
	first = !flow->gone;
	if (first) {
		flow->gone = true;
		hlist_del_rcu(&flow->in_slot);
		list_del(&flow->in_order);
		WRITE_ONCE(active, active - 1);
	}
	spin_unlock_bh(&changing);
	if (first)
		call_rcu(&flow->rcu, free_flow);
	return first;
}

/* A segment has arrived. Under RCU. */
void flows_segment(const struct sock *sk, unsigned int length)
{
	u16 bounded = min_t(unsigned int, length, LENGTH_LAST - 1);
	struct flow *flow;
	struct flow_key key;

	if (!take_key(sk, &key) || !of_port(&key))
		return;
	flow = find(&key);
	if (!flow) {
		begin(&key, sk, false, bounded);
		return;
	}
	COUNT(found);
	WRITE_ONCE(flow->seen, jiffies);
	if (jiffies - flow->sampled < msecs_to_jiffies(SETTING(probetime)))
		return;
	if (SETTING(full) || flow->cwnd != tcp_sk(sk)->snd_cwnd)
		sample(flow, sk, bounded);
}

/* A connection is established. Under RCU. */
void flows_opened(const struct sock *sk)
{
	struct flow_key key;

	if (take_key(sk, &key) && of_port(&key))
		begin(&key, sk, true, 0);
}

/* A connection has ended; its addresses are still there. It goes whatever port is now, or its key would not be free. */
void flows_closed(const struct sock *sk)
{
	struct flow *flow;
	struct flow_key key;

	if (!take_key(sk, &key))
		return;
	flow = find(&key);
	if (!flow || !leave(flow))
		return;
	COUNT(ended);
	tell("end", flow);
	if (of_port(&key))
		sample(flow, sk, LENGTH_LAST);
}

/* Lets go of what came last, while there are more flows than maxflows. */
static void trim(void)
{
	while (READ_ONCE(active) > SETTING(maxflows)) {
		struct flow *flow;

		rcu_read_lock();
		spin_lock_bh(&changing);
		flow = list_empty(&order) ? NULL : list_last_entry(&order, struct flow, in_order);
		spin_unlock_bh(&changing);
		if (flow && leave(flow))
			tell("beyond maxflows", flow);
		rcu_read_unlock();
		cond_resched();
	}
}

static void purge_slot(struct hlist_head *slot, unsigned long idle)
{
	struct flow *flow;

	rcu_read_lock();
	hlist_for_each_entry_rcu(flow, slot, in_slot)
		if (jiffies - READ_ONCE(flow->seen) >= idle && leave(flow))
			tell("idle", flow);
	rcu_read_unlock();
}

/* Every second: there is nothing to be told when a setting changes. Idle flows are looked for 8 times in purgetime. */
static void tidy(struct work_struct *work);
static DECLARE_DELAYED_WORK(tidying, tidy);

static void tidy(struct work_struct *work)
{
	static unsigned long last;
	unsigned long idle = SETTING(purgetime) * (unsigned long)HZ;
	int i;

	trim();
	if (jiffies - last >= idle / 8) {
		last = jiffies;
		for (i = 0; i < settings.hashsize; i++) {
			purge_slot(&slots[i], idle);
			cond_resched();
		}
	}
	schedule_delayed_work(&tidying, HZ);
}

int flows_create(void)
{
	get_random_bytes(&seed, sizeof(seed));
	slots = kvcalloc(settings.hashsize, sizeof(*slots), GFP_KERNEL);
	if (!slots)
		return -ENOMEM;
	cache = kmem_cache_create("tcp_probe_plus_flow", sizeof(struct flow), 0, 0, NULL);
	if (!cache) {
		kvfree(slots);
		return -ENOMEM;
	}
	schedule_delayed_work(&tidying, HZ);
	return 0;
}

/* No probe runs any more. */
void flows_destroy(void)
{
	struct flow *flow, *next;

	cancel_delayed_work_sync(&tidying);
	list_for_each_entry_safe(flow, next, &order, in_order)
		leave(flow);
	rcu_barrier();
	kmem_cache_destroy(cache);
	kvfree(slots);
}
