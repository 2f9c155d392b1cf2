package io.tcpprobe.kernel.bpf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The type information (BTF) of the running kernel. It shows which features the kernel has. The version does not: distributions
 * backport features to old kernels and disable others.
 */
final class KernelTypes implements AutoCloseable {
    /** Kinds of BTF, linux/btf.h. */
    private static final int STRUCT = 4;

    private static final int TYPEDEF = 8;
    private static final int FUNCTION = 12;

    /** Functions of the kernel whose results are traced. */
    static final String ADD_REQUEST = "inet_csk_reqsk_queue_hash_add";

    static final String CHECK_REQUEST = "tcp_check_req";
    static final String ACCEPT = "inet_csk_accept";

    private final Libbpf libbpf;
    private final MemorySegment types;

    /**
     * Reads the types.
     *
     * @throws IOException if the kernel has no BTF, or it cannot be read
     */
    KernelTypes(Libbpf libbpf) throws IOException {
        this.libbpf = libbpf;
        this.types = libbpf.loadKernelTypes();
    }

    /** Returns true if the kernel has a structure of this name. */
    boolean hasStruct(String name) {
        return libbpf.hasType(types, name, STRUCT);
    }

    /** Returns true if the kernel has a function of this name; kfuncs are included. */
    boolean hasFunction(String name) {
        return libbpf.hasType(types, name, FUNCTION);
    }

    /**
     * Returns the place of the result of a function among the words that a program which traces it gets: the number of parameters.
     *
     * @return 0 if the function returns nothing, or does not exist
     */
    int placeOfResult(String function) {
        return libbpf.placeOfResult(types, function, FUNCTION);
    }

    /** Returns true if the kernel has a tracepoint of this name that BPF can use. */
    boolean hasTracepoint(String name) {
        return libbpf.hasType(types, "btf_trace_" + name, TYPEDEF);
    }

    /**
     * Returns the offset in bytes of a member of a structure of a module, whether the module is built in or loaded.
     *
     * @return 0 if there is no such member, or if it is the first one
     */
    int memberOffset(String module, String struct, String member) {
        if (hasStruct(struct)) {
            return libbpf.memberOffset(types, struct, member);
        }
        MemorySegment ofModule = libbpf.loadModuleTypes(module, types);
        if (ofModule.address() == 0) {
            return 0;
        }
        try {
            return libbpf.memberOffset(ofModule, struct, member);
        } finally {
            libbpf.freeTypes(ofModule);
        }
    }

    @Override
    public void close() {
        libbpf.freeTypes(types);
    }
}
