package io.tcpprobe.kernel.bpf;

/** A program that one feature needs. Without it the sampler runs with a substitute for the feature. */
enum OptionalProgram {
    OWNERS("owners", "the owners of sockets are read from /proc"),
    CA_STATE("on_ca_state", "changes of the congestion state are found by comparing at each segment"),
    RETRANSMIT(
            "on_retransmit",
            "retransmissions are not counted by cause, and a flow without ACKs is sampled by sweeps only"),
    ERROR_REPORT("on_error_report", "a connect() given up because of an ICMP message counts as cancelled");

    private final String program;
    private final String substitute;

    OptionalProgram(String program, String substitute) {
        this.program = program;
        this.substitute = substitute;
    }

    /** Returns its name in the object file. */
    String program() {
        return program;
    }

    /** Returns the description of its substitute. */
    String substitute() {
        return substitute;
    }

    /** Returns true if the kernel has the hook of the program; if not, it is not expected to run. */
    boolean applies(KernelTypes kernel) {
        return switch (this) {
            case OWNERS -> true;
            case CA_STATE -> kernel.hasTracepoint("tcp_cong_state_set"); // Linux 5.19
            case RETRANSMIT -> kernel.hasTracepoint("tcp_retransmit_skb");
            case ERROR_REPORT -> kernel.hasTracepoint("inet_sk_error_report"); // Linux 5.14
        };
    }
}
