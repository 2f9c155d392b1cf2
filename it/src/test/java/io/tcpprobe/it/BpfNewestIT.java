package io.tcpprobe.it;

/** The source bpf on the newest kernel packaged by Debian, including prereleases. */
@Needs({"--all", "qemu-system-x86_64", "busybox", "gcc", "mke2fs", "ss", "ip", "tc", "kernel newest"})
class BpfNewestIT extends BpfOnKernel {
    BpfNewestIT() {
        super("newest", false);
    }
}
