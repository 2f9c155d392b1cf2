package io.tcpprobe.kernel;

import io.tcpprobe.config.Problem;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.bpf.BpfSource;
import io.tcpprobe.kernel.diag.DiagSource;
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

    private record Candidate(String name, Opener opener) {}

    /** What {@code probe.source=auto} tries, the best first. */
    private static final List<Candidate> CANDIDATES =
            List.of(new Candidate("bpf", BpfSource::open), new Candidate("diag", DiagSource::open));

    /**
     * The source that runs.
     *
     * @param source the source
     * @param refused why those that would be preferred do not run, "name: reason", one a line; empty if there is none
     */
    public record Chosen(FlowSource source, String refused) {}

    private FlowSources() {}

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
            if (wanted.equals("auto") || wanted.equals(candidate.name)) {
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
