package io.tcpprobe.agent.report;

import io.tcpprobe.kernel.flow.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which verdicts a connection had, and when. */
public final class VerdictTimes {
    /** Maximum number of runs; later ones are only part of the shares. */
    static final int MAX_RUNS = 100;

    private static final double NANOS = 1e9;

    /**
     * A time in which the verdict was the same.
     *
     * @param fromNanos its begin, in nanoseconds since the first sample of the recording
     * @param toNanos its end
     */
    public record Run(long fromNanos, long toNanos, Verdict verdict) {}

    private final Map<Verdict, Long> nanos = new EnumMap<>(Verdict.class);
    private final List<Run> runs = new ArrayList<>();

    void add(long fromNanos, long toNanos, Verdict verdict) {
        if (toNanos <= fromNanos) {
            return;
        }
        nanos.merge(verdict, toNanos - fromNanos, Long::sum);
        Run before = runs.isEmpty() ? null : runs.getLast();
        if (before != null && before.verdict == verdict && before.toNanos == fromNanos) {
            runs.set(runs.size() - 1, new Run(before.fromNanos, toNanos, verdict));
        } else if (runs.size() < MAX_RUNS) {
            runs.add(new Run(fromNanos, toNanos, verdict));
        }
    }

    /** Returns the verdict that applied longest, except unknown; empty if none was known. */
    Optional<Verdict> longest() {
        return nanos.entrySet().stream()
                .filter(entry -> entry.getKey() != Verdict.UNKNOWN)
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    /** Returns the shares of the time, the largest first: "net 62%, app 38%"; empty if no verdict was known. */
    String shares() {
        double all = nanos.values().stream().mapToDouble(Long::doubleValue).sum();
        return longest().isEmpty()
                ? ""
                : nanos.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .map(entry -> String.format(
                                Locale.ROOT, "%s %.0f%%", entry.getKey().label(), 100 * entry.getValue() / all))
                        .collect(Collectors.joining(", "));
    }

    /** Returns the times of the verdicts in seconds: "0.0-3.0 net, 3.0-5.0 rwnd"; empty if no verdict was known. */
    String text() {
        return longest().isEmpty()
                ? ""
                : runs.stream()
                        .map(run -> String.format(
                                Locale.ROOT,
                                "%.1f-%.1f %s",
                                run.fromNanos / NANOS,
                                run.toNanos / NANOS,
                                run.verdict.label()))
                        .collect(Collectors.joining(", "));
    }

    /** Returns the times of the verdicts, in their order; at most {@value #MAX_RUNS}. */
    public List<Run> runs() {
        return Collections.unmodifiableList(runs);
    }
}
