package io.tcpprobe.it;

import io.tcpprobe.kernel.proc.Capabilities;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Determines if this host can run eBPF programs, by privileges, kernel and libraries. The source bpf itself is not used, so that a test
 * fails if it should run and does not.
 */
final class BpfFacts {
    private static final Path LOCKDOWN = Path.of("/sys/kernel/security/lockdown");
    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");

    /** Numbers of linux/capability.h. */
    private static final int SYS_ADMIN = 21;

    private static final int PERFMON = 38;
    private static final int BPF = 39;

    private static final Optional<String> MISSING = find();

    private BpfFacts() {}

    /** Returns what is missing; empty if nothing is. */
    static Optional<String> missing() {
        return MISSING;
    }

    private static Optional<String> find() {
        try {
            return Optional.ofNullable(firstMissing()).map(what -> "needs BPF: " + what);
        } catch (IOException failed) {
            throw new IllegalStateException("ask whether this host has BPF: " + failed.getMessage(), failed);
        }
    }

    private static String firstMissing() throws IOException {
        if (!Capabilities.has(SYS_ADMIN) && !(Capabilities.has(BPF) && Capabilities.has(PERFMON))) {
            return "run the tests as root, with CAP_BPF and CAP_PERFMON";
        }
        String ids = Files.readString(Path.of("/proc/self/uid_map"));
        if (!List.of(ids.strip().split("\\s+")).equals(List.of("0", "0", "4294967295"))) {
            return "run the tests in the host's user namespace";
        }
        if (!Files.exists(BTF)) {
            return "the kernel has no BTF, CONFIG_DEBUG_INFO_BTF=y";
        }
        if (!Files.readString(BTF, StandardCharsets.ISO_8859_1).contains("\0bpf_tcp_iter_state\0")) {
            return "the kernel's iterator over TCP sockets does not lock them (Linux 5.15)";
        }
        if (Files.exists(LOCKDOWN) && Files.readString(LOCKDOWN).contains("[confidentiality]")) {
            return "the kernel is locked down (lockdown=confidentiality)";
        }
        return Tools.here().run("ldconfig", "-p").expectSuccess().contains("\tlibbpf.so.1 ")
                ? null
                : "there is no libbpf.so.1: './tcpprobe test' installs libbpf1";
    }
}
