/** Netlink inet_diag: its messages (linux/inet_diag.h, linux/tcp.h) and the source diag, which uses them. */
@NullMarked
package io.tcpprobe.kernel.diag;

import org.jspecify.annotations.NullMarked;
