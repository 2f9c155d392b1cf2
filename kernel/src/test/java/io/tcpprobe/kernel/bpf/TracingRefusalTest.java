package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.SourceRefusal;
import io.tcpprobe.kernel.source.FlowSources;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What an operator reads where functions cannot be traced: one line for each cause. */
class TracingRefusalTest {
    private static final List<OptionalProgram> ALL = List.of(OptionalProgram.values());
    private static final String REMEDY = "; a kernel that permits BPF programs of the types fentry and fexit has them";

    private static SourceRefusal refusal(Set<OptionalProgram> programs) {
        return new TracingRefusal("the cause", programs).refusal(ALL);
    }

    @Test
    void shouldNameEverythingThatIsMissingWhereNothingIsTraced() {
        Set<OptionalProgram> tracing = Arrays.stream(OptionalProgram.values())
                .filter(OptionalProgram::tracesFunctions)
                .collect(Collectors.toSet());
        assertEquals(
                "bpf without tracing functions: the cause; tcpEStatsListenerTable has no SynRcvd, Initial, Established and"
                        + " Accepted; only approximate for listeners: ExceedBacklog, overflows and CurConns" + REMEDY,
                refusal(tracing).toString());
    }

    @Test
    void shouldNameWhatIsMissingWithoutSomePrograms() {
        assertEquals(
                "the cause; tcpEStatsListenerTable has no SynRcvd; only approximate for listeners: overflows" + REMEDY,
                refusal(EnumSet.of(OptionalProgram.LISTENER_SYNS)).reason());
        assertEquals(
                "the cause; tcpEStatsListenerTable has no Accepted; only approximate for listeners: CurConns" + REMEDY,
                refusal(EnumSet.of(OptionalProgram.LISTENER_ACCEPTS)).reason());
    }

    /** It is a note of the source that runs, and no warning: kernels can lack this without anything being wrong. */
    @Test
    void shouldBeANoteOfTheSource() throws Exception {
        try (BpfSource source = Bpf.open(Bpf.settings("port=1"))) {
            FlowSources.Chosen chosen =
                    new FlowSources.Chosen(source, List.of(refusal(EnumSet.of(OptionalProgram.LISTENER_ACCEPTS))));
            assertEquals(List.of(), chosen.warnings());
            assertEquals(1, chosen.notes().size());
            assertTrue(
                    chosen.notes().getFirst().startsWith("source bpf without tracing functions: the cause; "),
                    chosen.notes()::toString);
        }
    }

    /** Whatever the kernel of this host permits, not to trace functions is stated once. */
    @Test
    void shouldBeStatedOnceOnThisHost() throws Exception {
        try (BpfSource source = Bpf.open(Bpf.settings("port=1"))) {
            List<String> parts = source.refusals().stream()
                    .map(SourceRefusal::what)
                    .filter(what -> what.endsWith(TracingRefusal.PART))
                    .toList();
            assertTrue(parts.size() <= 1, parts::toString);
            assertFalse(source.refusals().stream()
                    .anyMatch(refusal -> refusal.what().startsWith("bpf without on_")));
        }
    }
}
