package io.tcpprobe.it;

/** The source bpf on Linux 6.1, if the agent takes it for a kernel whose iterator over sockets has a fault: it finds them by inet_diag. */
@Needs({"--all", "qemu-system-x86_64", "busybox", "gcc", "mke2fs", "ss", "ip", "tc", "kernel 6.1"})
class Bpf61ByDumpIT extends BpfOnKernel {
    Bpf61ByDumpIT() {
        super("6.1", true);
    }
}
