// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Does nothing for every segment: what the kernel takes for calling a program and measuring it. */
#include "kernel_types.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

SEC("tp_btf/tcp_probe")
int BPF_PROG(empty, struct sock *sk, struct sk_buff *skb)
{
	return 0;
}
