// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Reads /proc/net/tcpprobe in ways that a shell cannot:
 *   reader nonblock         one read with O_NONBLOCK
 *   reader bad              one read into memory that cannot be written
 *   reader poll MILLIS      waits so long for something to read, then reads once
 *   reader small BYTES N    N reads of so many bytes, as they come
 *   reader two N            two open files in turn, N reads of 400 bytes each
 * Prints what was read, or the error's name.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char buffer[1 << 16];

static int open_probe(int flags)
{
	int fd = open("/proc/net/tcpprobe", O_RDONLY | flags);

	if (fd < 0) {
		perror("open");
		exit(1);
	}
	puts("open");
	fflush(stdout);
	return fd;
}

static void read_once(int fd, void *to, size_t size)
{
	ssize_t n = read(fd, to, size);

	if (n < 0)
		puts(errno == EAGAIN ? "EAGAIN" : errno == EFAULT ? "EFAULT" : strerror(errno));
	else
		fwrite(to, 1, n, stdout);
	fflush(stdout);
}

static void poll_then_read(int millis)
{
	struct pollfd one = { .fd = open_probe(0), .events = POLLIN };

	if (poll(&one, 1, millis) == 0)
		puts("timeout");
	else
		read_once(one.fd, buffer, sizeof(buffer));
}

int main(int count, char **words)
{
	const char *what = count > 1 ? words[1] : "";
	int one, other, i;

	if (!strcmp(what, "nonblock")) {
		read_once(open_probe(O_NONBLOCK), buffer, sizeof(buffer));
	} else if (!strcmp(what, "bad")) {
		read_once(open_probe(0), (void *)16, 4096);
	} else if (!strcmp(what, "poll") && count > 2) {
		poll_then_read(atoi(words[2]));
	} else if (!strcmp(what, "small") && count > 3) {
		one = open_probe(0);
		for (i = 0; i < atoi(words[3]); i++)
			read_once(one, buffer, atoi(words[2]));
	} else if (!strcmp(what, "two") && count > 2) {
		one = open_probe(0);
		other = open_probe(0);
		for (i = 0; i < atoi(words[2]); i++) {
			read_once(one, buffer, 400);
			read_once(other, buffer, 400);
		}
	} else {
		return 2;
	}
	return 0;
}
