package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.diag.SocketDump;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.SourceRefusal;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels that refuse a program: the object is corrupted so that every kernel does. Skipped where BPF cannot be used. */
class PartlyRefusedTest {
    /** Those of {@link OptionalProgram} that trace functions. */
    private static final String TRACING = "LISTENER_.*";

    private static final String VERIFIER_SAYS = "last insn is not an exit or jmp";

    private static BpfSource open(String... corrupted) throws Exception {
        Bpf.open(Bpf.settings("port=1")).close(); // works here with what is whole
        return BpfSource.open(CorruptedObject.of(corrupted), Bpf.settings("probetime=0"), System::nanoTime);
    }

    /** Both ends of a connection are sampled, and know of its traffic. */
    private static void expectSamples(BpfSource source) throws Exception {
        try (LoopbackFlows flows = new LoopbackFlows()) {
            flows.open();
            flows.pingPong();
            source.refreshNow();
            FlowColumns columns = FlowColumns.copyOf(source.rows());
            int closed = 0;
            for (int i = 0; i < columns.size(); i++) {
                if (columns.number(FlowField.LOCAL_PORT, i) == flows.port()
                        || columns.number(FlowField.REMOTE_PORT, i) == flows.port()) {
                    closed++;
                    assertEquals(1, columns.number(FlowField.BYTES_RECEIVED, i));
                    assertTrue(columns.number(FlowField.SEGMENTS_SEEN, i) > 0, "segments are seen");
                }
            }
            assertEquals(2, closed);
        }
    }

    private static void expectOwners(BpfSource source) throws Exception {
        try (LoopbackFlows flows = new LoopbackFlows();
                SocketDump dump = new SocketDump()) {
            flows.open();
            assertEquals(3, BpfOwnersTest.ours(dump.read(), source.owners(), flows.port()));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = TRACING)
    void shouldRunWithoutAnOptionalProgram(OptionalProgram program) throws Exception {
        try (BpfSource source = open(program.program())) {
            List<SourceRefusal> refusals = unexpected(source);
            assertEquals(List.of("bpf without " + program.program()), what(refusals));
            assertTrue(refusals.getFirst().reason().contains(VERIFIER_SAYS), refusals::toString);
            assertTrue(refusals.getFirst().reason().endsWith("; " + program.substitute()), refusals::toString);
            expectSamples(source);
            expectOwners(source);
        }
    }

    /** On some kernels no function can be traced, whatever the program. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = TRACING)
    void shouldRunWithoutTracingAFunction(OptionalProgram program) throws Exception {
        try (BpfSource source = open(program.program())) {
            List<SourceRefusal> refusals = source.refusals();
            if (what(refusals).equals(List.of("bpf without " + TracingRefusal.PART))) {
                assertTrue(refusals.getFirst().reason().startsWith(TracingRefusal.NOT_PERMITTED), refusals::toString);
            } else {
                assertEquals(List.of("bpf without " + program.program()), what(refusals));
                assertTrue(refusals.getFirst().reason().endsWith("; " + program.substitute()), refusals::toString);
            }
            expectSamples(source);
        }
    }

    @Test
    void shouldRunWithoutAnyOptionalProgram() throws Exception {
        try (BpfSource source = open("owners", "on_ca_state", "on_segment")) {
            assertEquals("on_segment_old", source.segmentProgram());
            assertEquals(
                    List.of("bpf without on_segment", "bpf without owners", "bpf without on_ca_state"),
                    what(unexpected(source)));
            expectSamples(source);
            expectOwners(source);
        }
    }

    @Test
    void shouldReportNothingIfAllProgramsRun() throws Exception {
        try (BpfSource source = open("on_segment_old")) { // not loaded where the better one is
            assertEquals(List.of(), unexpected(source));
        }
    }

    /** Returns the refusals apart from those of a kernel on which no function can be traced. */
    private static List<SourceRefusal> unexpected(BpfSource source) {
        return source.refusals().stream().filter(SourceRefusal::unexpected).toList();
    }

    private static List<String> what(List<SourceRefusal> refusals) {
        return refusals.stream().map(SourceRefusal::what).toList();
    }

    @Test
    void shouldCountCongestionWithoutTheEventOfTheKernel() throws Exception {
        Bpf.requireNamespaces();
        try (BpfSource source = open("on_ca_state");
                LinkedNamespaces namespaces = new LinkedNamespaces()) {
            namespaces.lose();
            try (Transfer transfer =
                    new Transfer(namespaces.left(), namespaces.right(), LinkedNamespaces.RIGHT_IPV4, 6_000_000)) {
                source.refreshNow();
                FlowColumns columns = FlowColumns.copyOf(source.rows());
                long recoveries = namespaces.leftCounted("TCPSackRecovery");
                assertTrue(recoveries > 0, "1 % of 4000 segments lost, and no recovery");
                for (int i = 0; i < columns.size(); i++) {
                    if (columns.number(FlowField.REMOTE_PORT, i) == transfer.port()) {
                        long counted = columns.number(FlowField.FAST_RETRANSMITS, i);
                        // one that ends and another that begins between two segments look like one
                        assertTrue(counted > 0 && counted <= recoveries, counted + " of " + recoveries);
                        return;
                    }
                }
                throw new AssertionError("no flow of port " + transfer.port());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"on_state", "on_destroy", "sweep"})
    void shouldNotRunWithoutTheSampler(String program) {
        IOException refused =
                assertThrows(IOException.class, () -> open(program).close());
        assertEquals(
                "load BPF object: Invalid argument: the kernel refuses program " + program + ": " + VERIFIER_SAYS,
                refused.getMessage());
    }

    @Test
    void shouldNotRunWithoutSight() {
        IOException refused = assertThrows(
                IOException.class, () -> open("on_segment", "on_segment_old").close());
        assertTrue(String.valueOf(refused.getMessage()).contains("program on_segment"), refused::toString);
    }
}
