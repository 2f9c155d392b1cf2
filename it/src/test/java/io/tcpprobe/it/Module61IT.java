package io.tcpprobe.it;

/** The Linux module on Linux 6.1. */
@Needs({"qemu-system-x86_64", "busybox", "gcc", "make", "sparse", "kernel 6.1"})
class Module61IT extends ModuleOnKernel {
    Module61IT() {
        super("6.1");
    }
}
