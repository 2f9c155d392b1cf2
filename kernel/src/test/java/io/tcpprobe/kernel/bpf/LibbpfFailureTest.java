package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What libbpf 1.1 printed, and the one line of it that matters. */
class LibbpfFailureTest {
    @Test
    void shouldFindTheVerifiersReason() {
        List<String> warnings = List.of(
                "libbpf: bpf_rdonly_cast is not found in vmlinux BTF",
                "libbpf: prog 'owners': BPF program load failed: Permission denied",
                """
                libbpf: prog 'owners': -- BEGIN PROG LOAD LOG --
                0: R1=ctx(off=0,imm=0) R10=fp0
                60: (0f) r3 += r2
                math between ptr_ pointer and register with unbounded min value is not allowed
                processed 61 insns (limit 1000000) max_states_per_insn 0 total_states 4 peak_states 4 mark_read 4
                -- END PROG LOAD LOG --""",
                "libbpf: prog 'owners': failed to load: -13",
                "libbpf: failed to load object 'tcpprobe'");
        assertEquals(
                new LibbpfFailure(
                        "owners", "math between ptr_ pointer and register with unbounded min value is not allowed"),
                LibbpfFailure.of(warnings));
    }

    @Test
    void shouldFindAProgramThatWasNeverLoaded() {
        List<String> warnings = List.of(
                "libbpf: Error in bpf_create_map_xattr(events):Invalid argument(-22). Retrying without BTF.",
                "libbpf: prog 'on_segment': failed to find kernel BTF type ID of 'tcp_probe': -3",
                "libbpf: prog 'on_segment': failed to prepare load attributes: -3",
                "libbpf: failed to load object 'tcpprobe'");
        assertEquals(
                "the kernel refuses program on_segment: failed to find kernel BTF type ID of 'tcp_probe': -3",
                LibbpfFailure.of(warnings).toString());
    }

    @Test
    void shouldFindWhatIsOfNoProgram() {
        List<String> warnings = List.of(
                "libbpf: map 'chunks': failed to create: Cannot allocate memory(-12)",
                "libbpf: failed to load object 'tcpprobe'");
        assertEquals(
                "libbpf: map 'chunks': failed to create: Cannot allocate memory(-12)",
                LibbpfFailure.of(warnings).toString());
    }

    @Test
    void shouldReportNothingIfLibbpfReportsNothing() {
        assertEquals(new LibbpfFailure("", ""), LibbpfFailure.of(List.of()));
    }
}
