package io.tcpprobe.it;

/** The Linux module on a kernel that checks locks (lockdep), memory (KASAN, kmemleak) and failing allocations (failslab). */
@Needs({"--all", "qemu-system-x86_64", "busybox", "gcc", "make", "sparse", "kernel debug"})
class ModuleDebugIT extends ModuleOnKernel {
    ModuleDebugIT() {
        super("debug");
    }
}
