package io.tcpprobe.it;

/** The Linux module on Linux 6.12. */
@Needs({"--all", "qemu-system-x86_64", "busybox", "gcc", "make", "sparse", "kernel 6.12"})
class Module612IT extends ModuleOnKernel {
    Module612IT() {
        super("6.12");
    }
}
