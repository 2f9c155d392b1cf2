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
    /** Opens a source, or throws the reason why it does not run on this host. */
    @FunctionalInterface
    private interface Opener {
        FlowSource open(SettingStore settings, LongSupplier monotonicNanos) throws IOException;
    }

    /**
     * A source that can be selected.
     *
     * @param automatic true if {@code probe.source=auto} tries it
     */
    private record Candidate(String name, boolean automatic, Opener opener) {}

    private static final String BPF = "bpf";

    /** The sources in order of preference. */
    private static final List<Candidate> CANDIDATES = List.of(
            new Candidate(BPF, true, BpfSource::open),
            new Candidate("module", true, FlowSources::openModule),
            new Candidate("diag", true, DiagSource::open),
            new Candidate("replay", false, ReplaySource::open));

    /**
     * The selected source.
     *
     * @param source the source that runs
     * @param refusals preferred sources that do not run, and parts of the source that do not run
     */
    public record Chosen(FlowSource source, List<SourceRefusal> refusals) {
        /** Returns all refusals, one per line; empty if there is none. */
        public String refused() {
            return refusals.stream().map(SourceRefusal::toString).collect(Collectors.joining("\n"));
        }

        /** Returns warnings: refusals that are unexpected on this host. */
        public List<String> warnings() {
            return lines(true);
        }

        /** Returns what is to be known without a warning: refusals that are expected on this host. */
        public List<String> notes() {
            return lines(false);
        }

        private List<String> lines(boolean unexpected) {
            return refusals.stream()
                    .filter(refusal -> refusal.unexpected() == unexpected)
                    .map(refusal -> refusal.isPart()
                            ? "source " + refusal
                            : "source " + source.name() + " is used, not " + refusal)
                    .toList();
        }
    }

    private FlowSources() {}

    /** Opens the source module; if probe.source is auto, diag replaces it while the module is not loaded. */
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
     * @param problems receives the reason if no source can be opened
     * @return the source, or empty if a problem was added
     */
    public static Optional<Chosen> open(SettingStore settings, LongSupplier monotonicNanos, List<Problem> problems) {
        String name = settings.get(Settings.PROBE_SOURCE);
        List<SourceRefusal> refused = new ArrayList<>();
        for (Candidate candidate : CANDIDATES) {
            if (name.equals(candidate.name) || name.equals("auto") && candidate.automatic) {
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
                "probe.source=" + name,
                refused.stream().map(SourceRefusal::toString).collect(Collectors.joining("; ")),
                "choose a source that this host can run"));
        return Optional.empty();
    }

    private static SourceRefusal refusal(String name, IOException failed) {
        boolean unexpected = name.equals(BPF) && BpfSource.expectedHere();
        return SourceRefusal.of(name, String.valueOf(failed.getMessage()), unexpected);
    }

    /** Returns the refused parts of the selected source, and the refused sources before it. */
    private static List<SourceRefusal> refusals(FlowSource source, List<SourceRefusal> before) {
        boolean polls = source.name().equals("diag");
        return Stream.concat(
                        before.stream()
                                .map(refusal -> SourceRefusal.of(
                                        refusal.source(), refusal.reason(), refusal.unexpected() && polls)),
                        source.refusals().stream())
                .toList();
    }
}
