// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The module's parameters, and the same settings as files in /proc/sys/net/lyatiss_cw_tcpprobe. */
#include "tcp_probe_plus.h"

#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>

#define SETTING_DEFAULT(name, mode, initial, minimum, maximum, text) .name = (initial),
struct settings settings = {
	SETTINGS(SETTING_DEFAULT)
};

#define SETTING_PARAMETER(name, mode, initial, minimum, maximum, text) \
	module_param_named(name, settings.name, int, 0444);            \
	MODULE_PARM_DESC(name, text " (default " #initial ")");        \
	static int name##_minimum = (minimum);                         \
	static int name##_maximum = (maximum);

SETTINGS(SETTING_PARAMETER)

module_param_named(purge_time, settings.purgetime, int, 0444);
MODULE_PARM_DESC(purge_time, "the same as purgetime");
module_param_named(ipv4only, settings.ipv4only, bool, 0444);
MODULE_PARM_DESC(ipv4only, "1: no IPv6 flows, for readers that cannot parse IPv6 addresses (default 0)");

#define SETTING_FILE_OF(file, name, permissions)       \
	{                                              \
		.procname = file,                      \
		.data = &settings.name,                \
		.maxlen = sizeof(int),                 \
		.mode = (permissions),                 \
		.proc_handler = proc_dointvec_minmax,  \
		.extra1 = &name##_minimum,             \
		.extra2 = &name##_maximum,             \
	},
#define SETTING_FILE(name, mode, initial, minimum, maximum, text) SETTING_FILE_OF(#name, name, mode)

/* purge_time: the name of the file in the code of 1.1.6; its README had purgetime. */
static struct ctl_table files[] = {
	SETTINGS(SETTING_FILE)
	SETTING_FILE_OF("purge_time", purgetime, 0644)
/* Linux 6.11: no empty entry at the end any more. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
	{ }
#endif
};

static struct ctl_table_header *header;

/* The default number of slots, as in the kernel's other tables of connections: 1/16384 of the memory. */
static unsigned long slots_by_memory(void)
{
	unsigned long bytes = totalram_pages() << PAGE_SHIFT;

	return clamp(bytes / 16384 / sizeof(struct hlist_head), 32UL, 16384UL);
}

/* Refuses parameters out of range; rounds bufsize and replaces a hashsize of 0. */
int settings_check(void)
{
	const struct ctl_table *file;

	for (file = files; file < files + ARRAY_SIZE(files) && file->procname; file++) {
		int minimum = *(const int *)file->extra1, maximum = *(const int *)file->extra2;
		int value = *(const int *)file->data;

		if (value < minimum || value > maximum) {
			pr_err("parameter %s=%d: must be %d to %d\n", file->procname, value, minimum, maximum);
			return -EINVAL;
		}
	}
	settings.bufsize = roundup_pow_of_two(settings.bufsize);
	settings.hashsize = settings.hashsize ? max(settings.hashsize, 32) : (int)slots_by_memory();
	return 0;
}

int settings_publish(void)
{
	header = register_net_sysctl(&init_net, "net/lyatiss_cw_tcpprobe", files);
	return header ? 0 : -ENOMEM;
}

void settings_withdraw(void)
{
	unregister_net_sysctl_table(header);
}
