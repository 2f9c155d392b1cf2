// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The ring of records, and /proc/net/tcpprobe, which empties it. Probes put records in, one at a time under a spinlock;
 * readers take them out, one at a time under a mutex. The two sides meet in head and tail only, which run freely.
 */
#include "tcp_probe_plus.h"

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <net/net_namespace.h>

/* One open file. */
struct reader {
	ktime_t start;
	size_t size; /* of the line */
	size_t left; /* of the line, not given out yet */
	char line[LINE_SIZE];
};

static struct record *records;
static u32 mask;
static DEFINE_SPINLOCK(writing);
static u32 head; /* written under writing */
static DEFINE_MUTEX(reading);
static u32 tail; /* written under reading */
static const struct reader *latest; /* who took a record last; under reading */
static atomic_t readers = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(waiting);

int ring_create(void)
{
	mask = settings.bufsize - 1;
	records = kvcalloc(settings.bufsize, sizeof(*records), GFP_KERNEL);
	return records ? 0 : -ENOMEM;
}

void ring_destroy(void)
{
	kvfree(records);
}

static bool any(void)
{
	return smp_load_acquire(&head) != READ_ONCE(tail);
}

/* Puts a record in, if somebody reads. The time is taken here, so that no line has an earlier one than that before. */
void ring_put(struct record *record)
{
	bool room;

	if (!atomic_read(&readers))
		return;
	spin_lock_bh(&writing);
	room = head - smp_load_acquire(&tail) <= mask;
	if (room) {
		record->time = ktime_get();
		records[head & mask] = *record;
		smp_store_release(&head, head + 1);
	}
	spin_unlock_bh(&writing);
	if (!room)
		COUNT(ring_full);
	else if (wq_has_sleeper(&waiting))
		wake_up_interruptible_poll(&waiting, EPOLLIN | EPOLLRDNORM);
}

/* Takes the next record out. Under reading. */
static bool next_line(struct reader *reader)
{
	if (!any())
		return false;
	reader->size = record_print(reader->line, &records[tail & mask], reader->start);
	reader->left = reader->size;
	smp_store_release(&tail, tail + 1);
	if (latest && latest != reader)
		COUNT(multiple_reader);
	latest = reader;
	return true;
}

/* Gives out whole lines; a part of one only if not even one fits, the rest of it the next time. Under reading. */
static ssize_t give(struct reader *reader, char __user *to, size_t length)
{
	size_t given = 0;

	while (given < length && (reader->left || next_line(reader))) {
		size_t n = reader->left;

		if (n > length - given) {
			if (given)
				break;
			n = length;
		}
		if (copy_to_user(to + given, reader->line + reader->size - reader->left, n)) {
			COUNT(copy_failed);
			return given ? given : -EFAULT;
		}
		reader->left -= n;
		given += n;
	}
	return given;
}

static ssize_t probe_read(struct file *file, char __user *to, size_t length, loff_t *position)
{
	struct reader *reader = file->private_data;

	while (length) {
		ssize_t n;

		if (mutex_lock_interruptible(&reading))
			return -ERESTARTSYS;
		n = give(reader, to, length);
		mutex_unlock(&reading);
		if (n)
			return n;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(waiting, any()))
			return -ERESTARTSYS;
	}
	return 0;
}

static __poll_t probe_poll(struct file *file, poll_table *table)
{
	const struct reader *reader = file->private_data;

	poll_wait(file, &waiting, table);
	return READ_ONCE(reader->left) || any() ? EPOLLIN | EPOLLRDNORM : 0;
}

/* Empties the ring. Holds the module: a reader that sleeps would hold up its removal without end. */
static int probe_open(struct inode *inode, struct file *file)
{
	struct reader *reader;

	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	reader = kzalloc(sizeof(*reader), GFP_KERNEL);
	if (!reader) {
		module_put(THIS_MODULE);
		return -ENOMEM;
	}
	mutex_lock(&reading);
	smp_store_release(&tail, smp_load_acquire(&head));
	reader->start = ktime_get();
	atomic_inc(&readers);
	mutex_unlock(&reading);
	file->private_data = reader;
	return nonseekable_open(inode, file);
}

static int probe_release(struct inode *inode, struct file *file)
{
	struct reader *reader = file->private_data;

	mutex_lock(&reading);
	atomic_dec(&readers);
	if (latest == reader)
		latest = NULL;
	mutex_unlock(&reading);
	kfree(reader);
	module_put(THIS_MODULE);
	return 0;
}

/* Linux 5.6 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
static const struct proc_ops operations = {
	.proc_open = probe_open,
	.proc_read = probe_read,
	.proc_poll = probe_poll,
	.proc_release = probe_release,
};
#else
static const struct file_operations operations = {
	.open = probe_open,
	.read = probe_read,
	.poll = probe_poll,
	.release = probe_release,
	.llseek = no_llseek,
};
#endif

int ring_publish(void)
{
	return proc_create("tcpprobe", 0400, init_net.proc_net, &operations) ? 0 : -ENOMEM;
}

void ring_withdraw(void)
{
	remove_proc_entry("tcpprobe", init_net.proc_net);
}
