package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.SourceRefusal;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;

/**
 * The programs loaded into the kernel: those that sample, and the optional ones that the kernel has accepted.
 *
 * @param object the programs and maps
 * @param segmentProgram the program that sees every segment
 * @param optional the optional programs; they are attached
 * @param bbrPlaces the places of BBR's values, as far as they are known: {@link BbrState#places}
 * @param refusals programs that the kernel has refused
 */
record Sampler(
        BpfObject object,
        String segmentProgram,
        Set<OptionalProgram> optional,
        List<Integer> bbrPlaces,
        List<SourceRefusal> refusals)
        implements AutoCloseable {
    private static final String FILE = "tcpprobe.bpf.o";

    /** Returns the object file that comes with the agent. */
    static byte[] file() throws IOException {
        try (InputStream in = Sampler.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IOException("read " + FILE + ": it is not in the jar; build it with src/main/c/bpf/build.sh");
            }
            return in.readAllBytes();
        }
    }

    /** Returns the same sampler with these refusals. */
    Sampler refused(List<SourceRefusal> programs) {
        return new Sampler(object, segmentProgram, optional, bbrPlaces, List.copyOf(programs));
    }

    /** Attaches the programs that sample. */
    void attach() throws IOException {
        object.attach("on_destroy"); // programs that remove flows are attached before those that add them
        object.attach("on_state");
        object.attach(segmentProgram);
    }

    @Override
    public void close() {
        object.close();
    }
}
