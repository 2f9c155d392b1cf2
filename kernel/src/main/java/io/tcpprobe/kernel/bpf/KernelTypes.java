package io.tcpprobe.kernel.bpf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * The type information (BTF) of the running kernel. It shows which features the kernel has. The version does not: distributions
 * backport features to old kernels and disable others.
 */
final class KernelTypes implements AutoCloseable {
    /** Kinds of BTF, linux/btf.h. */
    private static final int STRUCT = 4;

    private static final int ENUM = 6;
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

    /** Returns true if the kernel has an enumeration of this name. */
    boolean hasEnum(String name) {
        return libbpf.hasType(types, name, ENUM);
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
        return ofModule(module, struct, found -> libbpf.memberOffset(found, struct, member), 0);
    }

    /**
     * Returns where members of a structure of a module are, whether the module is built in or loaded: offset in bytes of the word of 4
     * bytes that has the member | bits of the word below the member << 16 | bits of the member, at most 32, << 24.
     *
     * @return a word for each member; 0 if the structure does not have it
     */
    List<Integer> memberWords(String module, String struct, List<String> members) {
        return ofModule(
                module,
                struct,
                found -> members.stream()
                        .map(member -> libbpf.memberWord(found, struct, member))
                        .toList(),
                Collections.nCopies(members.size(), 0));
    }

    /** Evaluates a question with the types that have a structure; returns the second answer if there are none. */
    private <T> T ofModule(String module, String struct, Function<MemorySegment, T> question, T none) {
        if (hasStruct(struct)) {
            return question.apply(types);
        }
        MemorySegment ofModule = libbpf.loadModuleTypes(module, types);
        if (ofModule.address() == 0) {
            return none;
        }
        try {
            return question.apply(ofModule);
        } finally {
            libbpf.freeTypes(ofModule);
        }
    }

    @Override
    public void close() {
        libbpf.freeTypes(types);
    }
}
