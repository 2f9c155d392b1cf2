// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The flow table. Probes look flows up under RCU; a spinlock protects insertion and removal. The state of a flow is written by
 * probes that hold its socket's lock, so there is one writer at a time.
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
	struct endpoints endpoints;
	u32 link; /* for a link-local address: the interface */
	const struct net *net;
};

struct flow {
	struct hlist_node in_slot;
	struct list_head in_order;
	struct flow_key key;
	unsigned long sampled;	/* jiffies: the last sample */
	unsigned long seen;	/* jiffies: the last segment */
	u64 snd_nxt;		/* extended to 64 bits */
	u64 sent;		/* bytes_sent - bytes_retrans when snd_nxt was that */
	u64 socket_idf;
	u32 cwnd;		/* in the last sample */
	bool removed;		/* under changing */
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

static bool read_addresses(const struct sock *sk, struct flow_key *key)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		key->endpoints.local = sk->sk_v6_rcv_saddr;
		key->endpoints.remote = sk->sk_v6_daddr;
		if (ipv6_addr_type(&key->endpoints.remote) & IPV6_ADDR_LINKLOCAL)
			key->link = sk->sk_bound_dev_if;
		return !settings.ipv4only || ipv6_addr_v4mapped(&key->endpoints.remote);
	}
#endif
	ipv6_addr_set_v4mapped(sk->sk_rcv_saddr, &key->endpoints.local);
	ipv6_addr_set_v4mapped(sk->sk_daddr, &key->endpoints.remote);
	return sk->sk_family == AF_INET;
}

/* Reads the key of a socket; returns false if its family is not tracked. A closed socket has its port in inet_sport only. */
static bool read_key(const struct sock *sk, struct flow_key *key)
{
	memset(key, 0, sizeof(*key));
	key->endpoints.local_port = inet_sk(sk)->inet_sport;
	key->endpoints.remote_port = sk->sk_dport;
	key->net = sock_net(sk);
	return read_addresses(sk, key);
}

static bool of_port(const struct flow_key *key)
{
	int port = SETTING(port);

	return !port || ntohs(key->endpoints.local_port) == port || ntohs(key->endpoints.remote_port) == port;
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

/* Extends snd_nxt to 64 bits: the number of wraps follows from the bytes sent, the low 32 bits are the number itself. */
static void extend_snd_nxt(struct flow *flow, const struct tcp_sock *tp)
{
	u64 sent = tp->bytes_sent - tp->bytes_retrans;
	u64 about = flow->snd_nxt + (sent - flow->sent);

	flow->snd_nxt = about + (s32)(tp->snd_nxt - (u32)about);
	flow->sent = sent;
}

static void sample(struct flow *flow, const struct sock *sk, u16 length)
{
	struct record record;

	extend_snd_nxt(flow, tcp_sk(sk));
	WRITE_ONCE(flow->sampled, jiffies);
	record_fill(&record, sk);
	record.endpoints = flow->key.endpoints;
	record.snd_nxt = flow->snd_nxt;
	record.socket_idf = flow->socket_idf;
	record.length = length;
	flow->cwnd = record.cwnd;
	log_at(2, "record %pI6c %u %pI6c %u length %u cwnd %u", &record.endpoints.local,
	       ntohs(record.endpoints.local_port), &record.endpoints.remote, ntohs(record.endpoints.remote_port), length,
	       record.cwnd);
	ring_put(&record);
}

static void log_flow(const char *event, const struct flow *flow)
{
	const struct endpoints *endpoints = &flow->key.endpoints;

	log_at(1, "%s %pI6c %u %pI6c %u", event, &endpoints->local, ntohs(endpoints->local_port), &endpoints->remote,
	       ntohs(endpoints->remote_port));
}

static struct flow *create_flow(const struct flow_key *key, const struct tcp_sock *tp)
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

/* Inserts a flow; returns false if there is no room. */
static bool insert_flow(struct flow *flow)
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

/* Begins to track a flow. A flow beyond maxflows is counted once, when it opens. */
static void begin(const struct flow_key *key, const struct sock *sk, bool opening, u16 length)
{
	struct flow *flow = NULL;

	if (READ_ONCE(active) >= SETTING(maxflows))
		goto full;
	flow = create_flow(key, tcp_sk(sk));
	if (!flow)
		return;
	if (!insert_flow(flow))
		goto full;
	COUNT(created);
	log_flow("new", flow);
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

/* Removes a flow; returns false if it was removed already. Call under RCU or changing, so that the flow is not freed meanwhile. */
static bool remove_flow(struct flow *flow)
{
	bool first;

	spin_lock_bh(&changing);
	first = !flow->removed;
	if (first) {
		flow->removed = true;
		hlist_del_rcu(&flow->in_slot);
		list_del(&flow->in_order);
		WRITE_ONCE(active, active - 1);
	}
	spin_unlock_bh(&changing);
	if (first)
		call_rcu(&flow->rcu, free_flow);
	return first;
}

/* Called when a segment has arrived. Under RCU. */
void flows_segment(const struct sock *sk, unsigned int length)
{
	u16 bounded = min_t(unsigned int, length, LENGTH_LAST - 1);
	struct flow *flow;
	struct flow_key key;

	if (!read_key(sk, &key) || !of_port(&key))
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

/* Called when a connection is established. Under RCU. */
void flows_opened(const struct sock *sk)
{
	struct flow_key key;

	if (read_key(sk, &key) && of_port(&key))
		begin(&key, sk, true, 0);
}

/* Called when a connection has ended; the socket still has its addresses. Removes the flow whatever port is, to free its key. */
void flows_closed(const struct sock *sk)
{
	struct flow *flow;
	struct flow_key key;

	if (!read_key(sk, &key))
		return;
	flow = find(&key);
	if (!flow || !remove_flow(flow))
		return;
	COUNT(ended);
	log_flow("end", flow);
	if (of_port(&key))
		sample(flow, sk, LENGTH_LAST);
}

/* Removes the newest flows while there are more than maxflows. */
static void trim(void)
{
	while (READ_ONCE(active) > SETTING(maxflows)) {
		struct flow *flow;

		rcu_read_lock();
		spin_lock_bh(&changing);
		flow = list_empty(&order) ? NULL : list_last_entry(&order, struct flow, in_order);
		spin_unlock_bh(&changing);
		if (flow && remove_flow(flow))
			log_flow("beyond maxflows", flow);
		rcu_read_unlock();
		cond_resched();
	}
}

static void purge_slot(struct hlist_head *slot, unsigned long idle)
{
	struct flow *flow;

	rcu_read_lock();
	hlist_for_each_entry_rcu(flow, slot, in_slot)
		if (jiffies - READ_ONCE(flow->seen) >= idle && remove_flow(flow))
			log_flow("idle", flow);
	rcu_read_unlock();
}

/* Runs every second, because nothing notifies of a changed setting. Idle flows are searched 8 times per purgetime. */
static void maintain(struct work_struct *work);
static DECLARE_DELAYED_WORK(maintenance, maintain);

static void maintain(struct work_struct *work)
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
	schedule_delayed_work(&maintenance, HZ);
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
	schedule_delayed_work(&maintenance, HZ);
	return 0;
}

/* No probe runs any more. */
void flows_destroy(void)
{
	struct flow *flow, *next;

	cancel_delayed_work_sync(&maintenance);
	list_for_each_entry_safe(flow, next, &order, in_order)
		remove_flow(flow);
	rcu_barrier();
	kmem_cache_destroy(cache);
	kvfree(slots);
}
