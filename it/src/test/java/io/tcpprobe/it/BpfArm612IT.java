package io.tcpprobe.it;

/** Our BPF programs on Linux 6.12 of arm64. */
@Needs({"--all", "qemu-system-aarch64", "aarch64-linux-gnu-gcc", "busybox", "kernel 6.12-arm64"})
class BpfArm612IT extends BpfTruth {
    BpfArm612IT() {
        super("6.12-arm64", false);
    }
}
