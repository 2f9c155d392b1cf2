package io.tcpprobe.it;

/** The source bpf on Linux 6.1, Debian 12's own. */
@Needs({"qemu-system-x86_64", "busybox", "gcc", "mke2fs", "ss", "ip", "tc", "kernel 6.1"})
class Bpf61IT extends BpfOnKernel {
    Bpf61IT() {
        super("6.1", false);
    }
}
