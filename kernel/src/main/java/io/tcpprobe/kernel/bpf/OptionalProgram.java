package io.tcpprobe.kernel.bpf;

/** A program that one feature needs. Without it the sampler runs with a substitute for the feature. */
enum OptionalProgram {
    OWNERS("owners", "the owners of sockets are read from /proc"),
    CA_STATE("on_ca_state", "changes of the congestion state are found by comparing at each segment");

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
        };
    }
}
