package io.tcpprobe.it;

/** Our BPF programs on Linux 6.1 of arm64. */
@Needs({"--all", "qemu-system-aarch64", "aarch64-linux-gnu-gcc", "busybox", "kernel 6.1-arm64"})
class BpfArm61IT extends BpfTruth {
    BpfArm61IT() {
        super("6.1-arm64", false);
    }
}
