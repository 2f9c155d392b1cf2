package io.tcpprobe.kernel.source;

import io.tcpprobe.config.Problem;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.bpf.BpfStream;
import io.tcpprobe.kernel.module.ModuleFiles;
import io.tcpprobe.kernel.module.ModuleStream;
import io.tcpprobe.kernel.records.RecordStream;
import io.tcpprobe.kernel.records.RowListener;
import io.tcpprobe.kernel.replay.ReplayStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Selects the stream of samples. */
public final class RecordStreams {
    private static final String NOT_DIAG = "diag: it polls and does not see ACKs";

    /** Opens a stream, or throws the reason why it does not run on this host. */
    @FunctionalInterface
    private interface Opener {
        RecordStream open(SettingStore settings, LongSupplier monotonicNanos, RowListener listener) throws IOException;
    }

    private record Candidate(String name, boolean automatic, Opener opener) {}

    /** The streams in order of preference. */
    private static final List<Candidate> CANDIDATES = List.of(
            new Candidate("bpf", true, BpfStream::open),
            new Candidate(
                    "module",
                    true,
                    (settings, clock, listener) ->
                            ModuleStream.open(ModuleFiles.ofThisHost(), settings, clock, listener)),
            new Candidate("replay", false, ReplayStream::open));

    private RecordStreams() {}

    /**
     * Opens a stream from the source that the setting probe.source names; for auto, from the first that works.
     *
     * @param monotonicNanos CLOCK_MONOTONIC
     * @param listener receives the samples
     * @param problems receives the reason if no stream can be opened
     * @return the stream, or empty if a problem was added
     */
    public static Optional<RecordStream> open(
            SettingStore settings, LongSupplier monotonicNanos, RowListener listener, List<Problem> problems) {
        String name = settings.get(Settings.PROBE_SOURCE);
        List<String> refused = new ArrayList<>();
        for (Candidate candidate : CANDIDATES) {
            if (name.equals(candidate.name) || name.equals("auto") && candidate.automatic) {
                try {
                    return Optional.of(candidate.opener.open(settings, monotonicNanos, listener));
                } catch (IOException failed) {
                    refused.add(candidate.name + ": " + failed.getMessage());
                }
            }
        }
        if (name.equals("auto") || name.equals("diag")) {
            refused.add(NOT_DIAG);
        }
        problems.add(new Problem(
                "open",
                "records, probe.source=" + name,
                String.join("; ", refused),
                "use a source that sees every ACK: bpf (as root), module, or replay with a file"));
        return Optional.empty();
    }
}
