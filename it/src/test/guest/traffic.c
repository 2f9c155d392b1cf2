// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * TCP traffic as a test wants it, linked statically, for a guest that has nothing else:
 *   traffic serve PORT [lossy]            echoes, IPv4 and IPv6; lossy: loses every eighth large segment that arrives
 *   traffic ping HOST PORT COUNT PAUSE    COUNT single bytes there and back, PAUSE ms after each
 *   traffic wrap HOST PORT COUNT PAUSE    as ping, from a sequence number so high that it wraps within 16 bytes
 *   traffic info HOST PORT BYTES          sends so much, then shows TCP_INFO as it is when the next segment arrives
 *   traffic deaf PORT                     listens, and accepts and reads nothing
 *   traffic send HOST PORT BYTES CONTROL [shut]    sends by this congestion control what the peer takes, and the same once
 *                                         more at each SIGUSR1; keeps the connection; shut: half closes it when it has sent
 *   traffic hold HOST PORT COUNT          opens so many connections and keeps them until it is ended
 *   traffic listen HOST PORT BACKLOG [reuse]   listens at this address, "::" is both families; SIGUSR1: accepts what waits, and
 *                                         prints how many it has; SIGUSR2: closes one of them; SIGHUP: ends listening, and listens
 *                                         again with the same socket; reuse: shares the port
 *   traffic begin HOST PORT COUNT         begins to open so many connections, and keeps them until it is ended
 *   traffic clash HOST PORT COUNT         opens a connection, and tries so often to open another with the same addresses, which the
 *                                         kernel refuses; HOST is one of this system
 *   traffic churn HOST PORT COUNT CHILDREN    each child opens so many, one after the other; half end by RST
 * Clients print their first local port. HOST is an address.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Sent to the server: be quiet for a while, then send one byte. */
#define LATER 'L'
#define WHILE_MILLIS 1200

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void pause_millis(long millis)
{
	struct timespec time = { millis / 1000, millis % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

/* ---- the server ------------------------------------------------------------------------------------------------- */

/* Lets segments up to 200 bytes and seven of eight others pass. Inherited by the connections. */
static void lose(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 200, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_RANDOM),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x20000000, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)))
		fail("attach filter");
}

static void echo(int fd)
{
	static char buffer[1 << 16];
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0) {
		if (n == 1 && buffer[0] == LATER)
			pause_millis(WHILE_MILLIS);
		if (n > 1)
			n = 0; /* what is sent in bulk is not sent back */
		if (n && write(fd, buffer, n) != n)
			break;
	}
	close(fd);
}

static int listener(int port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(AF_INET6, SOCK_STREAM, 0), on = 1, off = 0;

	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) || listen(fd, 1024))
		fail("listen");
	return fd;
}

/* Room for an address of either family. */
union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t address_of(union address *address, const char *host, const char *port)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1) {
		address->v4.sin_family = AF_INET;
		address->v4.sin_port = htons(atoi(port));
		return sizeof(address->v4);
	}
	if (inet_pton(AF_INET6, host, &address->v6.sin6_addr) != 1) {
		fprintf(stderr, "%s: not an address\n", host);
		exit(2);
	}
	address->v6.sin6_family = AF_INET6;
	address->v6.sin6_port = htons(atoi(port));
	return sizeof(address->v6);
}

static int listener_at(const char *host, const char *port, int backlog, int reuse)
{
	union address own;
	socklen_t size = address_of(&own, host, port);
	int fd = socket(own.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (reuse && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)))
		fail("share the port");
	if (bind(fd, &own.any, size) || listen(fd, backlog))
		fail("listen");
	return fd;
}

#define MAX_PEERS 256

static void listen_again(int fd, int backlog)
{
	if (shutdown(fd, SHUT_RDWR) || listen(fd, backlog))
		fail("listen again");
	puts("listens again");
}

static void accept_when_told(int fd, int backlog)
{
	int peers[MAX_PEERS], count = 0, signal;
	sigset_t orders;

	sigemptyset(&orders);
	sigaddset(&orders, SIGUSR1);
	sigaddset(&orders, SIGUSR2);
	sigaddset(&orders, SIGHUP);
	sigprocmask(SIG_BLOCK, &orders, NULL);
	puts("listening");
	for (;;) {
		fflush(stdout);
		if (sigwait(&orders, &signal))
			fail("wait");
		if (signal == SIGUSR1) {
			while (count < MAX_PEERS && (peers[count] = accept(fd, NULL, NULL)) >= 0)
				count++;
			printf("has %d\n", count);
		} else if (signal == SIGHUP) {
			listen_again(fd, backlog);
		} else if (count) {
			close(peers[--count]);
			printf("keeps %d\n", count);
		}
	}
}

static void serve(int port, int lossy)
{
	int fd = listener(port), peer;

	if (lossy)
		lose(fd);
	signal(SIGCHLD, SIG_IGN);
	while ((peer = accept(fd, NULL, NULL)) >= 0) {
		if (!fork()) {
			close(fd);
			echo(peer);
			exit(0);
		}
		close(peer);
	}
	fail("accept");
}

/* ---- clients ---------------------------------------------------------------------------------------------------- */

/* Sets the sequence number of the SYN. Needs CAP_NET_ADMIN. */
static void start_at(int fd, unsigned int sequence)
{
	int on = 1, off = 0, queue = TCP_SEND_QUEUE;

	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof(queue)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &sequence, sizeof(sequence)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off)))
		fail("set the first sequence number");
}

/* Sequence 0: whatever the kernel takes. */
static int dial(const char *host, const char *port, unsigned int sequence)
{
	union address to;
	socklen_t size = address_of(&to, host, port);
	int fd = socket(to.any.sa_family, SOCK_STREAM, 0);

	if (sequence)
		start_at(fd, sequence);
	if (fd < 0 || connect(fd, &to.any, size))
		fail("connect");
	return fd;
}

static void begin(const char *host, const char *port, int count)
{
	union address to;
	socklen_t size = address_of(&to, host, port);

	while (count--) {
		int fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);

		if (connect(fd, &to.any, size) && errno != EINPROGRESS)
			fail("begin to connect");
	}
	puts("begun");
	fflush(stdout);
	pause();
}

static void print_port(int fd)
{
	struct sockaddr_in6 own;
	socklen_t size = sizeof(own);

	if (getsockname(fd, (struct sockaddr *)&own, &size))
		fail("own address");
	printf("port %u\n", ntohs(own.sin6_port));
	fflush(stdout);
}

static void there_and_back(int fd, char byte)
{
	if (write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1)
		fail("ping");
}

static void ping(int fd, int count, int pause)
{
	while (count--) {
		there_and_back(fd, 'p');
		pause_millis(pause);
	}
}

static void send_bulk(int fd, long bytes)
{
	static char buffer[1 << 16];

	while (bytes > 0) {
		ssize_t n = write(fd, buffer, bytes < (long)sizeof(buffer) ? bytes : (long)sizeof(buffer));

		if (n < 0)
			fail("send");
		bytes -= n;
	}
}

/* Bulk must have been read before a single byte comes: the server tells them apart by their size. */
static void await_acknowledged(int fd)
{
	struct tcp_info info;
	socklen_t size;

	do {
		pause_millis(50);
		size = sizeof(info);
		if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size))
			fail("TCP_INFO");
	} while (info.tcpi_unacked || info.tcpi_notsent_bytes);
	pause_millis(200);
}

#define SHOW(name) printf(#name " %llu\n", (unsigned long long)info.tcpi_##name)

static void show_info(int fd)
{
	struct tcp_info info = {};
	socklen_t size = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		fail("TCP_INFO");
	SHOW(snd_cwnd);
	SHOW(snd_ssthresh);
	SHOW(rtt);
	SHOW(rto);
	SHOW(lost);
	SHOW(total_retrans);
	SHOW(unacked);
	SHOW(bytes_sent);
	SHOW(bytes_retrans);
	if (size > offsetof(struct tcp_info, tcpi_snd_wnd))
		SHOW(snd_wnd);
	fflush(stdout);
}

/* The server is quiet: nothing happens between the look and the byte that it sends later. */
static void info(int fd, long bytes)
{
	char byte = LATER;

	send_bulk(fd, bytes);
	await_acknowledged(fd);
	if (write(fd, &byte, 1) != 1)
		fail("ask");
	await_acknowledged(fd);
	show_info(fd);
	if (read(fd, &byte, 1) != 1)
		fail("answer");
	pause_millis(100);
}

/* How long the peer may take nothing before the rest is left out. */
#define STUCK_MILLIS 5000

static void send_taken(int fd, long bytes)
{
	static char buffer[1 << 14];
	struct pollfd room = { .fd = fd, .events = POLLOUT };

	while (bytes > 0 && poll(&room, 1, STUCK_MILLIS) == 1) {
		size_t size = bytes < (long)sizeof(buffer) ? bytes : (long)sizeof(buffer);
		ssize_t n = send(fd, buffer, size, MSG_DONTWAIT);

		if (n < 0)
			fail("send");
		bytes -= n;
	}
	puts("sent");
	fflush(stdout);
}

static void choose(int fd, const char *congestion_control)
{
	if (setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, congestion_control, strlen(congestion_control)))
		fail(congestion_control);
}

static void send_and_keep(int fd, long bytes, int shut)
{
	sigset_t again;
	int signal;

	sigemptyset(&again);
	sigaddset(&again, SIGUSR1);
	sigprocmask(SIG_BLOCK, &again, NULL);
	do
		send_taken(fd, bytes);
	while (!shut && !sigwait(&again, &signal));
	shutdown(fd, SHUT_WR);
	pause();
}

static void hold(const char *host, const char *port, int count)
{
	while (--count)
		dial(host, port, 0);
	puts("holding");
	fflush(stdout);
	pause();
}

/* A socket of this address, which is completed if its port is 0. */
static int socket_at(union address *own, socklen_t *size)
{
	int fd = socket(own->any.sa_family, SOCK_STREAM, 0), on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) || bind(fd, &own->any, *size) ||
	    getsockname(fd, &own->any, size))
		fail("bind");
	return fd;
}

static void clash(const char *host, const char *port, int count)
{
	union address own, to;
	socklen_t own_size = address_of(&own, host, "0"), size = address_of(&to, host, port);
	int fd = socket_at(&own, &own_size);

	if (connect(fd, &to.any, size))
		fail("connect");
	there_and_back(fd, 'c');
	while (count--) {
		int other = socket_at(&own, &own_size);

		if (!connect(other, &to.any, size) || errno != EADDRNOTAVAIL)
			fail("connect with the addresses of another connection");
		close(other);
	}
	there_and_back(fd, 'c');
	close(fd);
}

static void churn(const char *host, const char *port, int count)
{
	struct linger reset = { 1, 0 };

	while (count--) {
		int fd = dial(host, port, 0);

		there_and_back(fd, 'c');
		if (count % 2)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(fd);
	}
}

int main(int count, char **words)
{
	const char *what = count > 1 ? words[1] : "";
	int fd, i;

	signal(SIGPIPE, SIG_IGN);
	if (count > 2 && !strcmp(what, "serve"))
		serve(atoi(words[2]), count > 3);
	if (count > 2 && !strcmp(what, "deaf")) {
		listener(atoi(words[2]));
		pause();
	}
	if (count < 5)
		return 2;
	if (!strcmp(what, "listen"))
		accept_when_told(listener_at(words[2], words[3], atoi(words[4]), count > 5), atoi(words[4]));
	if (!strcmp(what, "begin"))
		begin(words[2], words[3], atoi(words[4]));
	if (!strcmp(what, "clash")) {
		clash(words[2], words[3], atoi(words[4]));
		return 0;
	}
	if (count > 5 && !strcmp(what, "churn")) {
		for (i = 0; i < atoi(words[5]); i++)
			if (!fork()) {
				churn(words[2], words[3], atoi(words[4]));
				return 0;
			}
		while (wait(NULL) > 0)
			;
		return 0;
	}
	fd = dial(words[2], words[3], strcmp(what, "wrap") ? 0 : 0xfffffff0);
	print_port(fd);
	if (!strcmp(what, "ping") || !strcmp(what, "wrap"))
		ping(fd, atoi(words[4]), atoi(words[5]));
	else if (!strcmp(what, "info"))
		info(fd, atol(words[4]));
	else if (!strcmp(what, "send") && count > 5) {
		choose(fd, words[5]);
		send_and_keep(fd, atol(words[4]), count > 6);
	} else if (!strcmp(what, "hold"))
		hold(words[2], words[3], atoi(words[4]));
	else
		return 2;
	close(fd);
	return 0;
}
