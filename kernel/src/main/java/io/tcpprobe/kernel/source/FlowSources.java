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
     * @param trial finds out if it can be opened, without an effect on the host
     */
    private record Candidate(String name, boolean automatic, Opener opener, Trial trial) {}

    /** Tries a source; returns the parts of it that are refused, or throws the reason why it does not run on this host. */
    @FunctionalInterface
    private interface Trial {
        List<SourceRefusal> run(SettingStore settings, LongSupplier monotonicNanos) throws IOException;

        /** Returns the trial that opens a source and closes it again. */
        static Trial opening(Opener opener) {
            return (settings, monotonicNanos) -> {
                try (FlowSource source = opener.open(settings, monotonicNanos)) {
                    return source.refusals();
                }
            };
        }
    }

    private static final String BPF = "bpf";

    /** The sources in order of preference. */
    private static final List<Candidate> CANDIDATES = List.of(
            new Candidate(BPF, true, BpfSource::open, Trial.opening(BpfSource::open)),
            new Candidate("module", true, FlowSources::openModule, FlowSources::tryModule),
            new Candidate("diag", true, DiagSource::open, Trial.opening(DiagSource::open)),
            new Candidate("replay", false, ReplaySource::open, FlowSources::tryReplay));

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

    /** Only looks at the module's files: a source would read records, and another reader then misses them, and write sysctls. */
    private static List<SourceRefusal> tryModule(SettingStore settings, LongSupplier monotonicNanos)
            throws IOException {
        ModuleFiles.ofThisHost().requireReadable();
        return List.of();
    }

    /** Only looks at the recording: reading a pipe would take records from it. */
    private static List<SourceRefusal> tryReplay(SettingStore settings, LongSupplier monotonicNanos)
            throws IOException {
        ReplaySource.requireReadable(settings);
        return List.of();
    }

    /**
     * The result of trying a source.
     *
     * @param source the source
     * @param selected true if {@code probe.source} names it
     * @param refused why it does not run; empty if it runs
     * @param parts the parts of it that do not run
     */
    public record Tried(String source, boolean selected, Optional<SourceRefusal> refused, List<SourceRefusal> parts) {}

    /**
     * Tries the sources that {@code probe.source=auto} tries, and the one that the setting names, without an effect on the host: they are
     * opened and closed, or only their files are looked at.
     *
     * @param monotonicNanos CLOCK_MONOTONIC
     */
    public static List<Tried> tryAll(SettingStore settings, LongSupplier monotonicNanos) {
        String name = settings.get(Settings.PROBE_SOURCE);
        return CANDIDATES.stream()
                .filter(candidate -> candidate.automatic || candidate.name.equals(name))
                .map(candidate -> tried(candidate, candidate.name.equals(name), settings, monotonicNanos))
                .toList();
    }

    private static Tried tried(
            Candidate candidate, boolean selected, SettingStore settings, LongSupplier monotonicNanos) {
        try {
            return new Tried(candidate.name, selected, Optional.empty(), candidate.trial.run(settings, monotonicNanos));
        } catch (IOException failed) {
            return new Tried(candidate.name, selected, Optional.of(refusal(candidate.name, failed)), List.of());
        }
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
