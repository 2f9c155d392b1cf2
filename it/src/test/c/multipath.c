// SPDX-License-Identifier: MIT
/*
 * Multipath TCP over loopback: a listener, a connection to it and what was accepted, in one process. Prints the port and waits
 * until its standard input ends.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static int checked(int result, const char *step)
{
	if (result < 0) {
		perror(step);
		exit(1);
	}
	return result;
}

static int multipath_socket(void)
{
	return checked(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP), "socket");
}

int main(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(at);
	int listener = multipath_socket(), client = multipath_socket();

	checked(bind(listener, (struct sockaddr *)&at, length), "bind");
	checked(listen(listener, 4), "listen");
	checked(getsockname(listener, (struct sockaddr *)&at, &length), "getsockname");
	checked(connect(client, (struct sockaddr *)&at, length), "connect");
	checked(accept(listener, NULL, NULL), "accept");
	printf("port %d\n", ntohs(at.sin_port));
	fflush(stdout);
	return getchar() == EOF ? 0 : 1;
}
