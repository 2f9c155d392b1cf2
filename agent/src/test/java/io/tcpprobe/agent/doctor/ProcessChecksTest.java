package io.tcpprobe.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.doctor.Finding.Level;
import io.tcpprobe.kernel.flow.SourceRefusal;
import io.tcpprobe.kernel.source.FlowSources;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The checks of this process, its libraries, sources and clocks, on values of a test. */
class ProcessChecksTest {
    private static final long NET_ADMIN = 1L << 12;
    private static final long SYS_PTRACE = 1L << 19;
    private static final long SYS_ADMIN = 1L << 21;
    private static final long PERFMON = 1L << 38;
    private static final long BPF = 1L << 39;

    private static Finding forBpf(long effective, long bounding) {
        return new CapabilityCheck(effective, bounding).run().getFirst();
    }

    @Test
    void shouldFindTheCapabilitiesForBpf() {
        assertEquals(Level.OK, forBpf(BPF | PERFMON, -1).level());
        assertTrue(forBpf(SYS_ADMIN, -1).fact().startsWith("CAP_SYS_ADMIN"));
        Finding half = forBpf(BPF, -1);
        assertEquals(Level.WARNING, half.level());
        assertTrue(half.fact().endsWith("this process has only CAP_BPF"), half::fact);
        assertTrue(forBpf(PERFMON, -1).fact().endsWith("only CAP_PERFMON"));
        assertTrue(forBpf(0, BPF | PERFMON).remedy().startsWith("run the agent as root"));
        assertTrue(forBpf(0, BPF).remedy().startsWith("they are not in the bounding set"));
        assertTrue(forBpf(0, SYS_ADMIN).remedy().startsWith("run the agent as root"));
    }

    @Test
    void shouldFindTheCapabilitiesForOtherUsersSockets() {
        List<Finding> with = new CapabilityCheck(SYS_PTRACE | NET_ADMIN, -1).run();
        assertEquals(Level.OK, with.get(1).level());
        assertEquals("CAP_NET_ADMIN: connections can be deleted", with.get(2).fact());
        List<Finding> without = new CapabilityCheck(0, -1).run();
        assertEquals(Level.WARNING, without.get(1).level());
        assertEquals(Level.OK, without.get(2).level());
    }

    @Test
    void shouldFindLibbpf() {
        assertEquals(List.of(Finding.ok("libbpf", "libbpf.so.1 is v1.1")), new LibbpfCheck(() -> "v1.1").run());
        assertEquals(
                List.of(Finding.warning("libbpf", "load libbpf.so.1: not found", "install libbpf 1")),
                new LibbpfCheck(() -> {
                            throw new IOException("load libbpf.so.1: not found; install libbpf 1");
                        })
                        .run());
    }

    private static FlowSources.Tried runs(String source, SourceRefusal... parts) {
        return new FlowSources.Tried(source, false, Optional.empty(), List.of(parts));
    }

    private static FlowSources.Tried refused(String source, boolean selected) {
        SourceRefusal why = SourceRefusal.of(source, "load: EPERM; missing CAP_BPF; run as root", true);
        return new FlowSources.Tried(source, selected, Optional.of(why), List.of());
    }

    private static List<Finding> sources(FlowSources.Tried... tried) {
        return new SourceCheck(() -> List.of(tried)).run();
    }

    @Test
    void shouldWarnOfASourceThatIsOnlyPreferred() {
        List<Finding> found = sources(refused("bpf", false), runs("diag"));
        assertEquals(Finding.warning("source bpf", "load: EPERM; missing CAP_BPF", "run as root"), found.getFirst());
        assertEquals(Finding.ok("source diag", "it can run here"), found.getLast());
    }

    @Test
    void shouldFailIfTheSelectedSourceOrTheLastOneDoesNotRun() {
        assertEquals(Level.FAILS, sources(refused("bpf", true)).getFirst().level());
        assertEquals(Level.FAILS, sources(refused("diag", false)).getFirst().level());
    }

    @Test
    void shouldNotMissASourceIfABetterOneRuns() {
        List<Finding> found = sources(runs("bpf"), refused("module", false), runs("diag"));
        assertTrue(found.stream().allMatch(finding -> finding.level() == Level.OK), found::toString);
    }

    @Test
    void shouldWarnOfMissingParts() {
        SourceRefusal part = new SourceRefusal("bpf", "owners", "the kernel has no iterator; use Linux 5.8", true);
        assertEquals(
                List.of(
                        Finding.ok("source bpf", "it can run here"),
                        Finding.warning("source bpf", "without owners: the kernel has no iterator", "use Linux 5.8")),
                sources(runs("bpf", part)));
    }

    @Test
    void shouldFindTheStartUpCache() {
        Finding with = new RuntimeCheck("Java 25", List.of("-Xmx512m", "-XX:AOTCache=/x/tcpprobe.aot"))
                .run()
                .getFirst();
        assertEquals("Java 25, start-up cache /x/tcpprobe.aot", with.fact());
        assertTrue(
                new RuntimeCheck("Java 25", List.of()).run().getFirst().fact().contains("no start-up cache"));
    }

    @Test
    void shouldFindTheStateOfTheClock() {
        AtomicLong wallMillis = new AtomicLong(1_800_000_000_000L);
        Clocks clocks = new Clocks(() -> 5_000_000_000L, wallMillis::get);
        long offset = ClockCheck.offsetMillis(clocks);
        assertEquals(Finding.ok("clock", "synchronized"), clock(clocks, offset, () -> true));
        assertEquals(Level.WARNING, clock(clocks, offset, () -> false).level());
        assertEquals(
                Level.OK,
                clock(clocks, offset, () -> {
                            throw new IOException("adjtimex: Operation not permitted");
                        })
                        .level());
        wallMillis.addAndGet(-250);
        assertEquals(
                "the wall clock jumped by 250 ms during these checks",
                clock(clocks, offset, () -> true).fact());
        wallMillis.set(0);
        assertEquals(
                "the wall clock says 1970-01-01T00:00:00Z",
                clock(clocks, offset, () -> true).fact());
    }

    private static Finding clock(Clocks clocks, long offset, ClockCheck.Synchronization synchronization) {
        List<Finding> found = new ClockCheck(clocks, offset, synchronization).run();
        assertEquals(1, found.size());
        return found.getFirst();
    }
}
