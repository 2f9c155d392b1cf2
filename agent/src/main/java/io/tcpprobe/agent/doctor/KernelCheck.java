package io.tcpprobe.agent.doctor;

import io.tcpprobe.kernel.bpf.IteratorFault;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The kernel: its version, a fault that the source bpf can trigger, the description of its types (BTF), which that source needs, and lockdown. */
record KernelCheck(HostFiles host) implements Check {
    private static final String NAME = "kernel";
    private static final String TYPES = "sys/kernel/btf/vmlinux";
    private static final String LOCKDOWN = "sys/kernel/security/lockdown";

    @Override
    public List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        String version = "Linux " + host.text("proc/sys/kernel/osrelease").orElse("of an unknown version");
        found.add(
                Files.isReadable(host.file(TYPES))
                        ? Finding.ok(NAME, version + ", with its types (BTF)")
                        : Finding.warning(
                                NAME,
                                version + " does not describe its types (BTF): /" + TYPES + " cannot be read",
                                "the source bpf needs a kernel built with CONFIG_DEBUG_INFO_BTF=y, and /sys mounted"));
        host.text("proc/version")
                .flatMap(IteratorFault::in)
                .ifPresent(fault -> found.add(Finding.warning(
                        "kernel fault",
                        fault.cause() + "; the source bpf avoids it where it may trace functions",
                        fault.remedy())));
        host.text(LOCKDOWN).ifPresent(text -> found.add(lockdown(text)));
        return found;
    }

    /** Returns the finding for a text such as "none [integrity] confidentiality". */
    private static Finding lockdown(String text) {
        String check = "lockdown";
        if (text.contains("[confidentiality]")) {
            return Finding.warning(
                    check,
                    "the kernel is locked down to protect confidentiality, so it refuses BPF programs that read its memory",
                    "the source bpf needs lockdown=integrity or none on the kernel's command line");
        }
        return Finding.ok(check, text.contains("[integrity]") ? "integrity, which permits BPF" : "none");
    }
}
