// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The module's counters, shown in /proc/net/stat/lyatiss_cw_tcpprobe. */
#include "tcp_probe_plus.h"

#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <net/net_namespace.h>

DEFINE_PER_CPU(struct counters, counters);

static void add(struct counters *sum, const struct counters *more)
{
	sum->search_flows += more->search_flows;
	sum->found += more->found;
	sum->created += more->created;
	sum->ended += more->ended;
	sum->ring_full += more->ring_full;
	sum->maxflow_reached += more->maxflow_reached;
	sum->memory_alloc_failed += more->memory_alloc_failed;
	sum->multiple_reader += more->multiple_reader;
	sum->copy_failed += more->copy_failed;
}

/* purge_in_progress is always 0: no ACK is skipped because a lock is held. */
static void show(struct seq_file *seq, const struct counters *c)
{
	seq_printf(seq, "hash_stat: %6lu %6lu %6lu %6lu, ", c->search_flows, c->found, c->created, c->ended);
	seq_printf(seq, "ack_drop: %6u %6lu, ", 0, c->ring_full);
	seq_printf(seq, "conn_drop: %6lu %6lu, ", c->maxflow_reached, c->memory_alloc_failed);
	seq_printf(seq, "err: %6lu %6lu\n", c->multiple_reader, c->copy_failed);
}

static int statistics_show(struct seq_file *seq, void *unused)
{
	unsigned int active = flows_active(), slots = flows_slots();
	struct counters total = {};
	int cpu;

	for_each_possible_cpu(cpu)
		add(&total, per_cpu_ptr(&counters, cpu));
	seq_printf(seq, "Flows: active %u mem %zuK\n", active, active * flow_size() >> 10);
	seq_printf(seq, "Hash: size %u mem %zuK\n", slots, slots * sizeof(struct hlist_head) >> 10);
	seq_puts(seq, "cpu# hash_stat: <search_flows found new reset>, ack_drop: <purge_in_progress ring_full>, ");
	seq_puts(seq, "conn_drop: <maxflow_reached memory_alloc_failed>, err: <multiple_reader copy_failed>\n");
	seq_puts(seq, "Total: ");
	show(seq, &total);
	if (num_present_cpus() > 1) {
		for_each_present_cpu(cpu) {
			seq_printf(seq, "cpu%d: ", cpu);
			show(seq, per_cpu_ptr(&counters, cpu));
		}
	}
	return 0;
}

int statistics_publish(void)
{
	if (!proc_create_single("lyatiss_cw_tcpprobe", 0444, init_net.proc_net_stat, statistics_show))
		return -ENOMEM;
	return 0;
}

void statistics_withdraw(void)
{
	remove_proc_entry("lyatiss_cw_tcpprobe", init_net.proc_net_stat);
}
