package io.tcpprobe.kernel.bpf;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The programs that one feature needs. Without them the sampler runs with a substitute for the feature. */
enum OptionalProgram {
    OWNERS(Hook.EVENT, "the owners of sockets are read from /proc", "owners"),
    CA_STATE(Hook.EVENT, "changes of the congestion state are found by comparing at each segment", "on_ca_state"),
    RETRANSMIT(
            Hook.EVENT,
            "retransmissions are not counted by cause, and a flow without ACKs is sampled by sweeps only",
            "on_retransmit"),
    ERROR_REPORT(Hook.EVENT, "a connect() given up because of an ICMP message counts as cancelled", "on_error_report"),
    RESET(Hook.EVENT, "the kernel's reason for a RST is not known", "on_reset"),
    LISTENERS(Hook.EVENT, "nothing is counted for single listeners", "on_listener_state", "on_listener_destroy"),
    LISTENER_SYNS(
            Hook.FUNCTION,
            "SYNs and overflows are not counted for single listeners",
            "on_syn",
            "on_half_open",
            "on_cookie",
            "on_cookie_ipv6"),
    LISTENER_REQUESTS(Hook.FUNCTION, "half-open connections are not counted for single listeners", "on_request"),
    LISTENER_CHILDREN(
            Hook.FUNCTION,
            "established connections are not counted for single listeners",
            "on_child",
            "on_established"),
    LISTENER_ACCEPTS(Hook.FUNCTION, "accepted connections are not counted for single listeners", "on_accept");

    /** What runs a program. */
    private enum Hook {
        /** A tracepoint, or the reader of an iterator. */
        EVENT,
        /** A function of the kernel that is traced. Kernels can lack this without anything being wrong. */
        FUNCTION
    }

    private final Hook hook;
    private final String substitute;

    @SuppressWarnings("ImmutableEnumChecker") // never modified
    private final List<String> programs;

    OptionalProgram(Hook hook, String substitute, String... programs) {
        this.hook = hook;
        this.substitute = substitute;
        this.programs = List.of(programs);
    }

    /** Returns the names in the object file; all must run. */
    List<String> programs() {
        return programs;
    }

    /** Returns the first of the names, which stands for all. */
    String program() {
        return programs.getFirst();
    }

    /** Returns the description of its substitute. */
    String substitute() {
        return substitute;
    }

    /** Returns true if it traces functions of the kernel, which a kernel may not permit. */
    boolean tracesFunctions() {
        return hook == Hook.FUNCTION;
    }

    /**
     * Returns true if the kernel has the hooks of the programs, functions with the parameters that the programs know; if not, they are not
     * expected to run.
     */
    boolean applies(KernelTypes kernel) {
        return switch (this) {
            case OWNERS, LISTENERS -> true;
            case CA_STATE -> kernel.hasTracepoint("tcp_cong_state_set"); // Linux 5.19
            case RETRANSMIT -> kernel.hasTracepoint("tcp_retransmit_skb");
            case ERROR_REPORT -> kernel.hasTracepoint("inet_sk_error_report"); // Linux 5.14
            case RESET -> kernel.hasTracepoint("tcp_send_reset") && kernel.hasEnum("sk_rst_reason"); // Linux 6.10
            case LISTENER_SYNS ->
                hasFunctions(kernel, "tcp_conn_request", "cookie_v4_check", "cookie_v6_check")
                        && Set.of(5, 6).contains(kernel.placeOfResult(KernelTypes.CHECK_REQUEST));
            case LISTENER_REQUESTS -> kernel.hasFunction(KernelTypes.ADD_REQUEST);
            case LISTENER_CHILDREN -> hasFunctions(kernel, "tcp_create_openreq_child", "tcp_child_process");
            case LISTENER_ACCEPTS -> Set.of(2, 4).contains(kernel.placeOfResult(KernelTypes.ACCEPT));
        };
    }

    private static boolean hasFunctions(KernelTypes kernel, String... names) {
        return Arrays.stream(names).allMatch(kernel::hasFunction);
    }
}
