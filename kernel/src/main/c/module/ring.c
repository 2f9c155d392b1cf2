// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The ring of records, and /proc/net/tcpprobe, which reads it. Probes add records under a spinlock, readers remove them under a
 * mutex. The two sides share head and tail only, which are free-running counters.
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
	size_t left; /* of the line, not copied out yet */
	char line[LINE_SIZE];
};

static struct record *records;
static u32 mask;
static DEFINE_SPINLOCK(writing);
static u32 head; /* written under writing */
static DEFINE_MUTEX(reading);
static u32 tail; /* written under reading */
static const struct reader *latest; /* the reader of the last record; under reading */
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

static bool has_record(void)
{
	return smp_load_acquire(&head) != READ_ONCE(tail);
}

/* Adds a record if the file is open. The time is set here, so that it never decreases from line to line. */
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

/* Prints the next record and removes it from the ring. Under reading. */
static bool next_line(struct reader *reader)
{
	if (!has_record())
		return false;
	reader->size = record_print(reader->line, &records[tail & mask], reader->start);
	reader->left = reader->size;
	smp_store_release(&tail, tail + 1);
	if (latest && latest != reader)
		COUNT(multiple_reader);
	latest = reader;
	return true;
}

/* Copies whole lines; part of a line only if the buffer is shorter than a line, the rest at the next read. Under reading. */
static ssize_t copy_lines(struct reader *reader, char __user *to, size_t length)
{
	size_t copied = 0;

	while (copied < length && (reader->left || next_line(reader))) {
		size_t n = reader->left;

		if (n > length - copied) {
			if (copied)
				break;
			n = length;
		}
		if (copy_to_user(to + copied, reader->line + reader->size - reader->left, n)) {
			COUNT(copy_failed);
			return copied ? copied : -EFAULT;
		}
		reader->left -= n;
		copied += n;
	}
	return copied;
}

static ssize_t probe_read(struct file *file, char __user *to, size_t length, loff_t *position)
{
	struct reader *reader = file->private_data;

	while (length) {
		ssize_t n;

		if (mutex_lock_interruptible(&reading))
			return -ERESTARTSYS;
		n = copy_lines(reader, to, length);
		mutex_unlock(&reading);
		if (n)
			return n;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(waiting, has_record()))
			return -ERESTARTSYS;
	}
	return 0;
}

static __poll_t probe_poll(struct file *file, poll_table *table)
{
	const struct reader *reader = file->private_data;

	poll_wait(file, &waiting, table);
	return READ_ONCE(reader->left) || has_record() ? EPOLLIN | EPOLLRDNORM : 0;
}

/* Empties the ring. Takes a reference to the module, because a sleeping reader would block its removal for ever. */
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
