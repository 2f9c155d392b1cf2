package io.tcpprobe.agent.doctor;

import io.tcpprobe.kernel.flow.SourceRefusal;
import io.tcpprobe.kernel.source.FlowSources;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The sources of flows.
 *
 * @param trial tries them
 */
record SourceCheck(Supplier<List<FlowSources.Tried>> trial) implements Check {
    private static final String CHECK = "source ";

    @Override
    public List<Finding> run() {
        List<Finding> found = new ArrayList<>();
        List<FlowSources.Tried> tried = trial.get();
        for (FlowSources.Tried source : tried) {
            found.add(finding(source, tried));
            if (source.selected() || !betterThan(source, tried)) { // otherwise it is not used
                source.parts().forEach(part -> found.add(missing(part)));
            }
        }
        return found;
    }

    private static Finding finding(FlowSources.Tried source, List<FlowSources.Tried> all) {
        String check = CHECK + source.source();
        if (source.refused().isEmpty()) {
            return Finding.ok(check, "it can run here");
        }
        Sentence why = Sentence.of(source.refused().get().reason());
        if (source.selected() || source.source().equals("diag")) {
            return Finding.fails(check, why.fact(), why.remedy());
        }
        return betterThan(source, all)
                ? Finding.ok(check, "not needed: a better one can run; " + why.fact())
                : Finding.warning(check, why.fact(), why.remedy());
    }

    private static boolean betterThan(FlowSources.Tried source, List<FlowSources.Tried> all) {
        return all.stream()
                .takeWhile(other -> !other.equals(source))
                .anyMatch(other -> other.refused().isEmpty());
    }

    private static Finding missing(SourceRefusal part) {
        Sentence why = Sentence.of(part.reason());
        return Finding.warning(CHECK + part.source(), "without " + part.part() + ": " + why.fact(), why.remedy());
    }
}
