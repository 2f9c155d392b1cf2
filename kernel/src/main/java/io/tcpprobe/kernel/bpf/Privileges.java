package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.proc.Capabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The privileges of this process.
 *
 * @param capabilities the effective capabilities, one bit each
 * @param ofHost true if the process is in the host's user namespace; otherwise capabilities have no effect for BPF
 * @param root true if the process runs as root, with any capabilities
 */
record Privileges(long capabilities, boolean ofHost, boolean root) {
    private static final Path SELF = Path.of("/proc/self");
    private static final Path USER_IDS = SELF.resolve("uid_map");

    /** The relevant capabilities, numbered as in linux/capability.h. */
    enum Capability {
        CAP_SETPCAP(8),
        CAP_SYS_ADMIN(Capabilities.SYS_ADMIN),
        CAP_PERFMON(38),
        CAP_BPF(39);

        private final int number;

        Capability(int number) {
            this.number = number;
        }
    }

    /** Reads the privileges of this process. */
    static Privileges ofThisProcess() throws IOException {
        boolean root = Files.getAttribute(SELF, "unix:uid") instanceof Integer uid && uid == 0;
        return new Privileges(Capabilities.effective(), allIds(Files.readString(USER_IDS)), root);
    }

    /** Returns true if a user namespace maps all ids to themselves, as the host's does: "0 0 4294967295". */
    private static boolean allIds(String map) {
        return List.of(map.strip().split("\\s+")).equals(List.of("0", "0", "4294967295"));
    }

    boolean has(Capability capability) {
        return (capabilities >>> capability.number & 1) != 0;
    }

    /** Returns the missing capabilities among those that BPF needs; CAP_SYS_ADMIN implies both. */
    List<Capability> missing() {
        if (has(Capability.CAP_SYS_ADMIN)) {
            return List.of();
        }
        return Stream.of(Capability.CAP_BPF, Capability.CAP_PERFMON)
                .filter(capability -> !has(capability))
                .toList();
    }

    /** Returns true if BPF is expected to run: as root, even in a container, or with a capability for it. */
    boolean expectBpf() {
        return root || has(Capability.CAP_BPF) || has(Capability.CAP_SYS_ADMIN);
    }

    /** Returns the probable cause of a refusal by the kernel, and the remedy. */
    String explainRefusal() {
        if (!missing().isEmpty()) {
            String names = String.join(
                    " and ", missing().stream().map(Capability::name).toList());
            return "missing " + names + "; give the process these capabilities, or run it as root";
        }
        if (!ofHost) {
            return "the capabilities are those of a user namespace, but BPF requires those of the host; run the agent outside of it";
        }
        return "CAP_BPF and CAP_PERFMON are present, so kernel lockdown, a seccomp filter or a security module refuses"
                + " BPF; allow BPF in its configuration";
    }
}
