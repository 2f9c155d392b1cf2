package io.tcpprobe.kernel.source;

import io.tcpprobe.config.Problem;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.bpf.BpfSource;
import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.SourceRefusal;
import io.tcpprobe.kernel.module.ModuleFiles;
import io.tcpprobe.kernel.module.ModuleSource;
import io.tcpprobe.kernel.replay.ReplaySource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Chooses the source of flows. */
public final class FlowSources {
    /** Opens one source, or says why it does not work here. */
    @FunctionalInterface
    private interface Opener {
        FlowSource open(SettingStore settings, LongSupplier monotonicNanos) throws IOException;
    }

    /**
     * A source that can be chosen.
     *
     * @param automatic whether {@code probe.source=auto} tries it
     */
    private record Candidate(String name, boolean automatic, Opener opener) {}

    private static final String BPF = "bpf";

    /** The best first. */
    private static final List<Candidate> CANDIDATES = List.of(
            new Candidate(BPF, true, BpfSource::open),
            new Candidate("module", true, FlowSources::openModule),
            new Candidate("diag", true, DiagSource::open),
            new Candidate("replay", false, ReplaySource::open));

    /**
     * The source that runs.
     *
     * @param source the source
     * @param refusals those that would be preferred and do not run, and parts of the source that do not
     */
    public record Chosen(FlowSource source, List<SourceRefusal> refusals) {
        /** All refusals, one a line; empty if there is none. */
        public String refused() {
            return refusals.stream().map(SourceRefusal::toString).collect(Collectors.joining("\n"));
        }

        /** What is worth a warning: that the source falls short of what one may expect here. */
        public List<String> warnings() {
            return refusals.stream()
                    .filter(SourceRefusal::unexpected)
                    .map(refusal -> "flows come from source " + source.name() + ", not from " + refusal)
                    .toList();
        }
    }

    private FlowSources() {}

    /** The module; where any source will do, with diag in its place while it is away. */
    private static FlowSource openModule(SettingStore settings, LongSupplier monotonicNanos) throws IOException {
        FlowIds ids = new FlowIds();
        ModuleSource module = ModuleSource.open(ModuleFiles.ofThisHost(), settings, monotonicNanos, ids, (_, _) -> {});
        return settings.get(Settings.PROBE_SOURCE).equals("auto")
                ? new FallbackSource(module, () -> DiagSource.open(settings, monotonicNanos, ids))
                : module;
    }

    /**
     * Opens the source that the setting probe.source names; for auto, the first that works.
     *
     * @param monotonicNanos CLOCK_MONOTONIC
     * @param problems gets why there is none
     * @return the source, or nothing if a problem was added
     */
    public static Optional<Chosen> open(SettingStore settings, LongSupplier monotonicNanos, List<Problem> problems) {
        String wanted = settings.get(Settings.PROBE_SOURCE);
        List<SourceRefusal> refused = new ArrayList<>();
        for (Candidate candidate : CANDIDATES) {
            if (wanted.equals(candidate.name) || wanted.equals("auto") && candidate.automatic) {
                try {
                    FlowSource source = candidate.opener.open(settings, monotonicNanos);
                    return Optional.of(new Chosen(source, refusals(source, refused)));
                } catch (IOException failed) {
                    refused.add(refusal(candidate.name, failed));
                }
            }
        }
        problems.add(new Problem(
                "open",
                "probe.source=" + wanted,
                refused.stream().map(SourceRefusal::toString).collect(Collectors.joining("; ")),
                "choose a source that this host can run"));
        return Optional.empty();
    }

    private static SourceRefusal refusal(String name, IOException failed) {
        boolean unexpected = name.equals(BPF) && BpfSource.expectedHere();
        return new SourceRefusal(name, String.valueOf(failed.getMessage()), unexpected);
    }

    /** What falls short of the source that was chosen, and of those before it. */
    private static List<SourceRefusal> refusals(FlowSource source, List<SourceRefusal> before) {
        boolean polls = source.name().equals("diag");
        return Stream.concat(
                        before.stream()
                                .map(refusal -> new SourceRefusal(
                                        refusal.what(), refusal.reason(), refusal.unexpected() && polls)),
                        source.refusals().stream())
                .toList();
    }
}
