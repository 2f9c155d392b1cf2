package io.tcpprobe.kernel.bpf;

/** A program that one feature needs. The sampler runs without it, and something else stands in. */
enum OptionalProgram {
    OWNERS("owners", "the owners of sockets are read from /proc"),
    CA_STATE("on_ca_state", "changes of the congestion state are found by comparing at each segment");

    private final String program;
    private final String standIn;

    OptionalProgram(String program, String standIn) {
        this.program = program;
        this.standIn = standIn;
    }

    /** Its name in the object file. */
    String program() {
        return program;
    }

    /** What stands in for it. */
    String standIn() {
        return standIn;
    }

    /** Returns true if the kernel has what the program is attached to; if not, nobody expects it to run. */
    boolean applies(KernelTypes kernel) {
        return switch (this) {
            case OWNERS -> true;
            case CA_STATE -> kernel.hasTracepoint("tcp_cong_state_set"); // Linux 5.19
        };
    }
}
