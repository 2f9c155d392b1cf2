package io.tcpprobe.it;

/** The source bpf on Linux 6.12. */
@Needs({"--all", "qemu-system-x86_64", "busybox", "gcc", "mke2fs", "ss", "ip", "tc", "kernel 6.12"})
class Bpf612IT extends BpfOnKernel {
    Bpf612IT() {
        super("6.12", false);
    }
}
