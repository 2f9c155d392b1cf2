package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.diag.SockDiag;
import io.tcpprobe.kernel.flow.TcpState;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Shows all TCP sockets of the network namespace of the calling thread to the programs, each while it is locked; a dump reads listeners
 * without the lock.
 */
@FunctionalInterface
interface SocketPass {
    /**
     * Runs it.
     *
     * @return the number of sockets by the kernel's number of the state
     */
    int[] run() throws IOException;

    /** How sockets are found. */
    enum Way {
        /** By the iterator of BPF, the fastest. It has a fault in many kernels: {@link IteratorFault}. */
        ITERATOR("sweep"),
        /** By inet_diag, while programs trace two functions that the kernel calls for each socket. */
        DUMP("sweep_dumped", "sweep_dumped_listener");

        @SuppressWarnings("ImmutableEnumChecker") // never modified
        private final List<String> programs;

        Way(String... programs) {
            this.programs = List.of(programs);
        }

        /** Returns the names of its programs in the object file. */
        List<String> programs() {
            return programs;
        }

        /** Returns true if its programs trace functions of the kernel, which a kernel may not permit. */
        boolean tracesFunctions() {
            return this == DUMP;
        }

        /** Attaches the programs. */
        SocketPass attach(BpfObject object, BpfTable table) throws IOException {
            return switch (this) {
                case ITERATOR -> {
                    MemorySegment iterator = object.attach(programs.getFirst());
                    yield () -> iterate(object, iterator, table);
                }
                case DUMP -> {
                    object.attach(programs);
                    yield () -> dump(table);
                }
            };
        }
    }

    private static int[] iterate(BpfObject object, MemorySegment iterator, BpfTable table) throws IOException {
        table.clearSockets();
        object.iterate(iterator);
        return table.sockets();
    }

    private static int[] dump(BpfTable table) throws IOException {
        int[] byState;
        table.clearSockets();
        table.dumps(true);
        try (SockDiag diag = SockDiag.open()) {
            byState = diag.readAll();
        } finally {
            table.dumps(false);
        }
        int established = byState[TcpState.ESTABLISHED.kernel()];
        if (established > 0 && IntStream.of(table.sockets()).sum() == 0) {
            throw new IOException(
                    "sweep by inet_diag: the programs saw none of " + established
                            + " established connections, so this kernel does not call __lock_sock_fast for them; set probe.source=diag");
        }
        return byState;
    }
}
