package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.Problem;
import io.tcpprobe.kernel.TestRequirement;
import io.tcpprobe.kernel.bpf.Privileges.Capability;
import io.tcpprobe.kernel.source.FlowSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BpfRefusalTest {
    private static final long BPF_AND_PERFMON = 1L << 39 | 1L << 38;

    /** Run by a process with other privileges: opens the selected source and prints its name and the refusals. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) throws Exception {
            List<Problem> problems = new ArrayList<>();
            var chosen = FlowSources.open(Bpf.settings("probe.source=" + arguments[0]), System::nanoTime, problems);
            System.out.println(
                    chosen.map(it -> it.source().name() + " " + it.refused()).orElse("" + problems));
            chosen.ifPresent(it -> it.warnings().forEach(warning -> System.out.println("warning: " + warning)));
            chosen.ifPresent(it -> it.source().close());
        }
    }

    @Test
    void shouldNameTheCapabilityThatIsMissing() {
        assertEquals(List.of(), new Privileges(BPF_AND_PERFMON, true, false).missing());
        assertEquals(List.of(Capability.CAP_PERFMON), new Privileges(1L << 39, true, false).missing());
        assertEquals(List.of(Capability.CAP_BPF, Capability.CAP_PERFMON), new Privileges(0, true, false).missing());
        assertEquals(List.of(), new Privileges(1L << 21, true, false).missing(), "CAP_SYS_ADMIN stands for both");
    }

    @Test
    void shouldReportThatCapabilitiesOfAContainerDoNotCount() {
        assertTrue(
                new Privileges(BPF_AND_PERFMON, false, false).explainRefusal().contains("user namespace"));
        assertTrue(new Privileges(BPF_AND_PERFMON, true, false).explainRefusal().contains("lockdown"));
    }

    @Test
    void shouldFallBackToDiagWithoutCapabilities() throws Exception {
        String output = openWith("auto", "--bounding-set=-all");
        assertTrue(output.startsWith("diag bpf: "), output);
        assertTrue(output.contains("missing CAP_BPF and CAP_PERFMON"), output);
        assertFalse(output.contains("libbpf:"), "libbpf must print nothing on the terminal: " + output);
    }

    @Test
    void shouldReportTheMissingSourceIfItIsSelected() throws Exception {
        String output = openWith("bpf", "--bounding-set=-all");
        assertTrue(output.startsWith("[open probe.source=bpf: bpf: "), output);
        assertTrue(output.contains("missing CAP_BPF and CAP_PERFMON"), output);
    }

    @Test
    void shouldRunWithTheTwoCapabilities() throws Exception {
        Bpf.open(Bpf.settings()).close();
        assertEquals("bpf", withoutTracing(openWith("bpf", "--bounding-set=-all,+bpf,+perfmon")));
    }

    /** On a kernel whose iterator has a fault, the source runs without it, or only because the operator has named it. */
    @Test
    void shouldUseAFaultyIteratorOnlyIfTheSourceIsNamed() throws Exception {
        Bpf.open(Bpf.settings()).close();
        String chosen = openWith("auto", "--bounding-set=-all,+bpf,+perfmon");
        String named = openWith("bpf", "--bounding-set=-all,+bpf,+perfmon");
        boolean refused = IteratorFault.here().isPresent() && named.contains("without tracing functions");
        assertTrue(chosen.startsWith(refused ? "diag bpf: by its version " : "bpf "), chosen);
        assertTrue(named.startsWith("bpf "), named);
        assertEquals(refused, named.contains("warning: source bpf without safe sweeps: by its version "), named);
        assertTrue(!refused || chosen.contains("set probe.source=bpf to take the risk"), chosen);
    }

    /** Run by a process with other privileges: opens our object file as a kernel sees it that lacks an optional function. */
    static final class OpenerWithoutCast {
        private OpenerWithoutCast() {}

        public static void main(String[] arguments) throws Exception {
            String file = new String(Sampler.file(), StandardCharsets.ISO_8859_1);
            byte[] other = file.replace("bpf_rdonly_cast", "bpf_rdonly_none").getBytes(StandardCharsets.ISO_8859_1);
            try (BpfSource source = BpfSource.open(other, Bpf.settings(arguments), System::nanoTime)) {
                System.out.println(source.name());
            }
        }
    }

    /** As Linux 6.1 does; libbpf would search the modules for the function, which needs CAP_SYS_ADMIN. */
    @Test
    void shouldRunWithTheTwoCapabilitiesOnAKernelWithoutAnOptionalFunction() throws Exception {
        Bpf.open(Bpf.settings()).close();
        assertEquals(
                "bpf",
                withCapabilities(OpenerWithoutCast.class, "--bounding-set=-all,+bpf,+perfmon")
                        .strip());
    }

    @Test
    void shouldReportAKernelWithoutTypes() throws Exception {
        assertEquals(
                "diag bpf: load BPF object: the kernel has no BTF (/sys/kernel/btf/vmlinux);"
                        + " run a kernel that was built with CONFIG_DEBUG_INFO_BTF=y",
                openWithout("mount -t tmpfs none /sys/kernel/btf"));
    }

    @Test
    void shouldReportThatLibbpfCannotBeRead() throws Exception {
        Bpf.open(Bpf.settings()).close();
        String output = openWithout("for lib in /usr/lib/*/libbpf.so.1 /usr/lib*/libbpf.so.1;"
                + " do [ ! -e $lib ] || mount --bind /dev/null $lib; done");
        assertTrue(output.startsWith("diag bpf: load libbpf.so.1: /"), output);
        assertTrue(output.contains("/libbpf.so.1: file too short; install libbpf 1"), output);
    }

    /** A copy of libbpf that needs a library of another name, found before the installed one. */
    @ParameterizedTest
    @ValueSource(strings = {"libelf.so.1", "libz.so.1"})
    void shouldReportTheLibraryThatLibbpfMisses(String needed, @TempDir Path folder) throws Exception {
        Bpf.open(Bpf.settings()).close();
        String missing = needed.replace("lib", "not");
        String copy = new String(Files.readAllBytes(libbpf()), StandardCharsets.ISO_8859_1);
        assertTrue(copy.contains("\0" + needed + "\0"), "libbpf needs " + needed);
        Files.write(
                folder.resolve("libbpf.so.1"),
                copy.replace("\0" + needed + "\0", "\0" + missing + "\0").getBytes(StandardCharsets.ISO_8859_1));
        String output = open("auto", "/usr/bin/env", "LD_LIBRARY_PATH=" + folder);
        assertEquals(
                "diag bpf: load libbpf.so.1: it needs " + missing + ", which is not found; install that library",
                output.lines().findFirst().orElse(""));
    }

    /** The file of the library that this process has loaded. */
    private static Path libbpf() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("/libbpf.so."))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void shouldWarnThoseWhoMayExpectIt() throws Exception {
        assertTrue(new Privileges(0, true, true).expectBpf(), "root of a container");
        assertTrue(new Privileges(BPF_AND_PERFMON, true, false).expectBpf());
        assertFalse(new Privileges(0, true, false).expectBpf(), "anybody");
        String[] output = openWith("auto", "--bounding-set=-all").split("\n");
        String warning = "warning: source diag is used, not " + output[0].substring("diag ".length());
        assertEquals(1, Arrays.stream(output).filter(warning::equals).count(), () -> String.join("\n", output));
        assertEquals(
                1,
                Arrays.stream(output).filter(line -> line.startsWith("warning")).count(),
                "one cause");
    }

    @Test
    void shouldNotWarnOfWhatNobodyExpects() throws Exception {
        Bpf.open(Bpf.settings()).close();
        assertEquals("bpf", withoutTracing(openWith("bpf", "--bounding-set=-all,+bpf,+perfmon")));
        assertFalse(openWith("diag", "--bounding-set=-all").contains("warning"), "bpf was not asked for");
    }

    /** Removes that a kernel does not permit to trace functions, which is stated, but no reason for a warning. */
    private static String withoutTracing(String output) {
        return output.replaceAll("bpf without tracing functions: the kernel does not permit it.*", "")
                .replaceAll(".*bpf without safe sweeps: .*", "")
                .strip();
    }

    /** Returns the first line of the output after a command has removed something, in a separate mount namespace. */
    private static String openWithout(String takeAway) throws Exception {
        TestRequirement.unless(
                Files.isExecutable(Path.of("/usr/bin/unshare"))
                        && Privileges.ofThisProcess().has(Capability.CAP_SYS_ADMIN),
                "hiding files needs unshare and CAP_SYS_ADMIN");
        return open("auto", "/usr/bin/unshare", "--mount", "/bin/sh", "-e", "-c", takeAway + "; exec \"$@\"", "sh")
                .lines()
                .findFirst()
                .orElse("");
    }

    private static String openWith(String source, String boundingSet) throws Exception {
        return withCapabilities(Opener.class, boundingSet, source);
    }

    private static String withCapabilities(Class<?> main, String boundingSet, String... arguments) throws Exception {
        TestRequirement.unless(
                Files.isExecutable(Path.of("/usr/bin/setpriv"))
                        && Privileges.ofThisProcess().has(Capability.CAP_SETPCAP),
                "taking capabilities away needs setpriv and CAP_SETPCAP");
        return run(main, List.of("/usr/bin/setpriv", boundingSet), arguments);
    }

    private static String open(String source, String... prefix) throws Exception {
        return run(Opener.class, List.of(prefix), source);
    }

    private static String run(Class<?> main, List<String> prefix, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
