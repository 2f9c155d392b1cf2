/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The few types of the kernel that the programs look at, with the few members they need. The loader moves every access
 * to where the running kernel has the member (CO-RE): the order and the offsets here mean nothing.
 */
#ifndef TCPPROBE_KERNEL_TYPES_H
#define TCPPROBE_KERNEL_TYPES_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;

enum { false, true };

#define NULL ((void *)0)

/* include/uapi/linux/bpf.h */
enum {
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
	BPF_MAP_TYPE_STACK = 23,
	BPF_MAP_TYPE_SK_STORAGE = 24,
	BPF_MAP_TYPE_RINGBUF = 27,
};

enum {
	BPF_F_NO_PREALLOC = 1U << 0,
	BPF_F_CLONE = 1U << 9,
	BPF_F_MMAPABLE = 1U << 10,
	BPF_SK_STORAGE_GET_F_CREATE = 1U << 0,
	BPF_RB_NO_WAKEUP = 1U << 0,
};

/* include/uapi/linux/bpf.h */
struct bpf_pidns_info {
	__u32 pid;
	__u32 tgid;
};

/* include/net/tcp_states.h */
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT = 2,
	TCP_SYN_RECV = 3,
	TCP_FIN_WAIT1 = 4,
	TCP_FIN_WAIT2 = 5,
	TCP_CLOSE = 7,
	TCP_CLOSE_WAIT = 8,
	TCP_LAST_ACK = 9,
	TCP_LISTEN = 10,
	TCP_CLOSING = 11,
};

/* include/uapi/linux/tcp.h: enum tcp_ca_state; include/linux/tcp.h: enum tcp_chrono */
enum { CA_OPEN = 0, CA_DISORDER = 1, CA_CWR = 2, CA_RECOVERY = 3, CA_LOSS = 4 };
enum { CHRONO_BUSY = 1, CHRONO_RWND_LIMITED = 2, CHRONO_SNDBUF_LIMITED = 3 };

/* include/net/sock.h, enum sock_flags: no process holds the socket; a FIN was received */
enum { SOCK_DEAD = 0, SOCK_DONE = 1 };

/* include/net/sock.h: what arrives is refused */
enum { RCV_SHUTDOWN = 1 };

/* include/uapi/asm-generic/errno.h, errno-base.h */
enum {
	EPIPE = 32,
	ENETDOWN = 100,
	ENETUNREACH = 101,
	ECONNABORTED = 103,
	ECONNRESET = 104,
	ETIMEDOUT = 110,
	ECONNREFUSED = 111,
	EHOSTDOWN = 112,
	EHOSTUNREACH = 113,
};

/* include/linux/net.h: the bit of socket.flags that says that a writer found no room in the send buffer */
enum { SOCK_NOSPACE = 2 };

enum { AF_INET = 2, AF_INET6 = 10, AF_SMC = 43, IPPROTO_TCP = 6, IPPROTO_MPTCP = 262 };

/* include/uapi/linux/if_ether.h */
enum { ETH_P_IP = 0x0800 };

/* Flags of the TCP header, in its byte 13. */
enum { TCP_FLAG_SYN = 0x02, TCP_FLAG_RST = 0x04, TCP_FLAG_ACK = 0x10 };

/* include/linux/sched.h */
enum { PF_KTHREAD = 0x00200000 };

struct sock;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	unsigned int inum;
};

struct netns_ipv4 {
	__u8 sysctl_tcp_syncookies;
};

struct net {
	struct ns_common ns;
	struct netns_ipv4 ipv4;
};

typedef struct {
	struct net *net;
} possible_net_t;

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	atomic_t refs;
} refcount_t;

typedef struct {
	unsigned int val;
} kuid_t;

struct in6_addr {
	union {
		__u8 u6_addr8[16];
		__be32 u6_addr32[4];
	} in6_u;
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	unsigned long skc_flags;
	int skc_bound_dev_if;
	possible_net_t skc_net;
	struct sock *skc_listener; /* of a half-open connection, with the next */
	__u32 skc_rcv_wnd;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

struct inode {
	unsigned long i_ino;
};

struct socket {
	unsigned long flags;
	struct sock *sk;
};

struct socket_alloc {
	struct socket socket;
	struct inode vfs_inode;
};

struct sk_buff;

struct sk_buff_head {
	struct sk_buff *prev;
	__u32 qlen;
};

struct sock {
	struct sock_common __sk_common;
	atomic_t sk_drops;
	struct {
		atomic_t rmem_alloc;
		int len;
	} sk_backlog;
	int sk_rcvbuf;
	__u16 sk_protocol;
	struct socket *sk_socket;
	int sk_wmem_queued;
	refcount_t sk_wmem_alloc;
	unsigned long sk_pacing_rate;
	unsigned long sk_max_pacing_rate;
	int sk_err;
	struct sk_buff_head sk_error_queue;
	__u8 sk_shutdown;
	__u8 sk_userlocks : 4;
	kuid_t sk_uid;
	int sk_sndbuf;
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
	unsigned long sk_ino; /* Linux 6.18 */
	struct sock_cgroup_data sk_cgrp_data;
};

struct ipv6_pinfo {
	__u8 tclass;
};

struct inet_sock {
	struct sock sk;
	struct ipv6_pinfo *pinet6;
	__be16 inet_sport;
	__u8 tos;
};

struct tcp_congestion_ops {
	char name[16];
};

/* The queues of a listener; the length is that of half-open connections. */
struct request_sock_queue {
	atomic_t qlen;
	__u8 rskq_defer_accept;
};

/* A half-open connection. */
struct request_sock {
	struct sock_common __req_common;
	__u8 num_timeout : 7;
};

struct tcp_request_sock {
	__u32 rcv_isn;
	__u32 snt_isn;
	__u32 rcv_nxt;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	struct request_sock_queue icsk_accept_queue;
	__u32 icsk_rto;
	__u32 icsk_delack_max;
	__u32 icsk_pmtu_cookie;
	const struct tcp_congestion_ops *icsk_ca_ops;
	__u8 icsk_ca_state : 5;
	__u8 icsk_ca_initialized : 1; /* Linux 5.10 */
	__u8 icsk_retransmits;
	__u8 icsk_backoff;
	__u8 icsk_probes_out;
	struct {
		__u32 ato : 8;
		__u32 lrcvtime;
		__u16 rcv_mss;
	} icsk_ack;
	__u64 icsk_ca_priv[13];
};

struct tcp_options_received {
	__u16 tstamp_ok : 1;
	__u16 wscale_ok : 1;
	__u16 sack_ok : 3;
	__u16 snd_wscale : 4;
	__u16 rcv_wscale : 4;
	__u16 user_mss;
	__u16 mss_clamp;
};

struct minmax_sample {
	__u32 t;
	__u32 v;
};

struct minmax {
	struct minmax_sample s[3];
};

/* include/net/tcp.h: what sk_buff.cb holds */
struct tcp_skb_cb {
	__u32 seq;
	__u32 end_seq;
	__u32 ack_seq;
};

struct sk_buff {
	unsigned int len;
	char cb[48];
	unsigned char *head;
	__be16 protocol;
	__u16 transport_header;
	__u16 network_header;
};

struct sock_extended_err {
	__u32 ee_errno;
};

/* include/linux/errqueue.h: what sk_buff.cb holds in sk_error_queue */
struct sock_exterr_skb {
	struct sock_extended_err ee;
};

struct rb_node;

struct rb_root {
	struct rb_node *rb_node;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u32 rcv_ssthresh;
	__u32 reordering;
	__u32 snd_wnd;
	__u32 mss_cache;
	__u32 snd_cwnd;
	__u32 lost_out;
	__u32 sacked_out;
	__u32 copied_seq;
	__u32 retrans_out;
	__u16 advmss;
	__u32 snd_ssthresh;
	struct minmax rtt_min;
	struct rb_root out_of_order_queue;
	struct sk_buff *ooo_last_skb;
	__u32 max_window;
	__u32 window_clamp;
	__u32 snd_cwnd_clamp;
	__u32 undo_marker;
	__u8 nonagle : 4;
	__u8 repair : 1;
	__u32 segs_out;
	__u32 data_segs_out;
	__u64 bytes_sent;
	__u8 chrono_type : 2;
	__u32 chrono_start;
	__u32 chrono_stat[3];
	__u32 write_seq;
	__u32 lsndtime;
	__u32 mdev_us;
	__u8 ecn_flags;
	__u8 rate_app_limited : 1;
	__u64 tcp_clock_cache;
	__u32 rcv_nxt;
	__u32 snd_nxt;
	__u32 snd_una;
	__u32 srtt_us;
	__u32 packets_out;
	__u32 delivered;
	__u32 delivered_ce;
	__u32 received_ce; /* Linux 6.18 */
	__u32 rcv_wnd;
	__u32 rcv_tstamp;
	struct tcp_options_received rx_opt;
	__u64 bytes_received;
	__u32 segs_in;
	__u32 data_segs_in;
	__u32 rate_delivered;
	__u32 rate_interval_us;
	__u64 bytes_acked;
	struct {
		__u32 rtt_us;
	} rcv_rtt_est;
	struct {
		int space;
	} rcvq_space;
	__u32 dsack_dups;
	__u8 frto : 1;
	__u8 is_mptcp : 1;
	__u8 syn_data_acked : 1;
	__u8 syn_fastopen_child : 1; /* newer than Linux 6.1 */
	__u8 tcp_usec_ts : 1; /* Linux 6.7 */
	__u32 reord_seen;
	__u64 bytes_retrans;
	__u32 total_retrans;
	__u16 total_rto; /* Linux 6.7, with the two below */
	__u16 total_rto_recoveries;
	__u32 total_rto_time;
	__u32 rto_stamp;
	__u16 timeout_rehash; /* Linux 6.2 for tcp_info */
	__u32 plb_rehash; /* Linux 6.2 */
	__u32 rcv_ooopack;
};

struct upid {
	int nr;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct task_struct {
	unsigned int flags;
	int tgid;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	char comm[16];
};

struct file {
	struct inode *f_inode;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

#pragma clang attribute pop

#endif
