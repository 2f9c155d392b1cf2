package io.tcpprobe.agent.doctor;

import io.tcpprobe.kernel.proc.Capabilities;
import java.util.ArrayList;
import java.util.List;

/**
 * The capabilities of this process (capabilities(7)): those that the source bpf needs, and those that show or delete other users' sockets.
 *
 * @param effective bit n is the capability with number n
 * @param bounding the capabilities that this process can have at most
 */
record CapabilityCheck(long effective, long bounding) implements Check {
    private static final String NAME = "capabilities";
    private static final int NET_ADMIN = 12;
    private static final int SYS_PTRACE = 19;
    private static final int PERFMON = 38;
    private static final int BPF = 39;

    @Override
    public List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        found.add(forBpf());
        found.add(
                has(effective, SYS_PTRACE)
                        ? Finding.ok(NAME, "CAP_SYS_PTRACE: the processes of all users' sockets are found")
                        : Finding.warning(
                                NAME,
                                "without CAP_SYS_PTRACE, processes of other users are found by the source bpf only",
                                "give the agent CAP_SYS_PTRACE or use the source bpf, if other users' processes matter"));
        found.add(Finding.ok(
                NAME,
                has(effective, NET_ADMIN)
                        ? "CAP_NET_ADMIN: connections can be deleted"
                        : "without CAP_NET_ADMIN, connections cannot be deleted"));
        return found;
    }

    private Finding forBpf() {
        if (has(effective, Capabilities.SYS_ADMIN) || has(effective, BPF) && has(effective, PERFMON)) {
            return Finding.ok(
                    NAME,
                    (has(effective, BPF) ? "CAP_BPF and CAP_PERFMON" : "CAP_SYS_ADMIN")
                            + ": they suffice for the source bpf");
        }
        boolean permitted = has(bounding, Capabilities.SYS_ADMIN) || has(bounding, BPF) && has(bounding, PERFMON);
        return Finding.warning(
                NAME,
                "the source bpf needs CAP_BPF and CAP_PERFMON, and this process has " + present(),
                permitted
                        ? "run the agent as root, or as a service with AmbientCapabilities=CAP_BPF CAP_PERFMON"
                        : "they are not in the bounding set either, so not even root gets them: add them where the container"
                                + " or service is configured (--cap-add BPF,PERFMON; CapabilityBoundingSet=)");
    }

    private String present() {
        if (has(effective, BPF)) {
            return "only CAP_BPF";
        }
        return has(effective, PERFMON) ? "only CAP_PERFMON" : "neither";
    }

    private static boolean has(long capabilities, int number) {
        return (capabilities >>> number & 1) != 0;
    }
}
