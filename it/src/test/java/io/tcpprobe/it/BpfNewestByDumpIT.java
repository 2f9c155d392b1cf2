package io.tcpprobe.it;

/** The source bpf on the newest Linux, if the agent takes it for a kernel whose iterator over sockets has a fault: it finds them by inet_diag. */
@Needs({"--all", "qemu-system-x86_64", "busybox", "gcc", "mke2fs", "ss", "ip", "tc", "kernel newest"})
class BpfNewestByDumpIT extends BpfOnKernel {
    BpfNewestByDumpIT() {
        super("newest", true);
    }
}
