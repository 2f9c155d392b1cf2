package io.tcpprobe.kernel;

import io.tcpprobe.config.Problem;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.bpf.BpfSource;
import io.tcpprobe.kernel.diag.DiagSource;
import io.tcpprobe.kernel.module.ModuleFiles;
import io.tcpprobe.kernel.module.ModuleSource;
import io.tcpprobe.kernel.replay.ReplaySource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

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

    /** The best first. The source bpf is new: it runs where it is asked for by name. */
    private static final List<Candidate> CANDIDATES = List.of(
            new Candidate("bpf", false, BpfSource::open),
            new Candidate("module", true, FlowSources::openModule),
            new Candidate("diag", true, DiagSource::open),
            new Candidate("replay", false, ReplaySource::open));

    /**
     * The source that runs.
     *
     * @param source the source
     * @param refused why those that would be preferred do not run, "name: reason", one a line; empty if there is none
     */
    public record Chosen(FlowSource source, String refused) {}

    private FlowSources() {}

    /** The module; where any source will do, with diag in its place while it is away. */
    private static FlowSource openModule(SettingStore settings, LongSupplier monotonicNanos) throws IOException {
        FlowIds ids = new FlowIds();
        ModuleSource module = ModuleSource.open(ModuleFiles.ofThisHost(), settings, monotonicNanos, ids, (_, _) -> {});
        return settings.get(Settings.PROBE_SOURCE).equals("auto")
                ? new StandInSource(module, () -> DiagSource.open(settings, monotonicNanos, ids))
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
        List<String> refused = new ArrayList<>();
        for (Candidate candidate : CANDIDATES) {
            if (wanted.equals(candidate.name) || wanted.equals("auto") && candidate.automatic) {
                try {
                    FlowSource source = candidate.opener.open(settings, monotonicNanos);
                    return Optional.of(new Chosen(source, String.join("\n", refused)));
                } catch (IOException failed) {
                    refused.add(candidate.name + ": " + failed.getMessage());
                }
            }
        }
        problems.add(new Problem(
                "open",
                "probe.source=" + wanted,
                String.join("; ", refused),
                "choose a source that this host can run"));
        return Optional.empty();
    }
}
