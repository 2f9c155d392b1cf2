package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.proc.Capabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What this process may do.
 *
 * @param capabilities the effective capabilities, a bit for each
 * @param ofHost whether the process is in the host's user namespace, without which no capability counts for BPF
 * @param root whether the process runs as root, with whatever capabilities
 */
record Privileges(long capabilities, boolean ofHost, boolean root) {
    private static final Path SELF = Path.of("/proc/self");
    private static final Path USER_IDS = SELF.resolve("uid_map");

    /** The capabilities that matter here, numbered as in linux/capability.h. */
    enum Capability {
        CAP_SETPCAP(8),
        CAP_SYS_ADMIN(21),
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

    /** The host's user namespace maps all ids to themselves: "0 0 4294967295". */
    private static boolean allIds(String map) {
        return List.of(map.strip().split("\\s+")).equals(List.of("0", "0", "4294967295"));
    }

    boolean has(Capability capability) {
        return (capabilities >>> capability.number & 1) != 0;
    }

    /** The capabilities that BPF needs and that are missing; CAP_SYS_ADMIN stands for both. */
    List<Capability> missing() {
        if (has(Capability.CAP_SYS_ADMIN)) {
            return List.of();
        }
        return Stream.of(Capability.CAP_BPF, Capability.CAP_PERFMON)
                .filter(capability -> !has(capability))
                .toList();
    }

    /** Returns true if one may expect BPF to run: as root, even in a container, or with a capability for it. */
    boolean expectBpf() {
        return root || has(Capability.CAP_BPF) || has(Capability.CAP_SYS_ADMIN);
    }

    /** Why the kernel may have refused, and what to do about it. */
    String explainRefusal() {
        if (!missing().isEmpty()) {
            String names = String.join(
                    " and ", missing().stream().map(Capability::name).toList());
            return "missing " + names + "; give the process these capabilities, or run it as root";
        }
        if (!ofHost) {
            return "the capabilities are those of a user namespace, and BPF asks for the host's; run the agent outside";
        }
        return "CAP_BPF and CAP_PERFMON are there, so the kernel's lockdown, a seccomp filter or a security module refuses"
                + " BPF; allow it there";
    }
}
