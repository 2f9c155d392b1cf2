package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.SourceRefusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * That the kernel does not trace functions for some programs, all of the same cause. An operator reads one line of it: what is missing,
 * why, and what would bring it.
 *
 * @param cause one line
 * @param programs the programs that do not run
 */
record TracingRefusal(String cause, Set<OptionalProgram> programs) {
    /** The missing part. */
    static final String PART = "tracing functions";

    /** The cause on a kernel that permits BPF, but not to trace functions. */
    static final String NOT_PERMITTED = "the kernel does not permit it (EPERM)";

    /**
     * Returns the refusal.
     *
     * @param applicable the optional programs for which this kernel has the hooks
     */
    SourceRefusal refusal(Collection<OptionalProgram> applicable) {
        Set<OptionalProgram> running = EnumSet.noneOf(OptionalProgram.class);
        running.addAll(applicable);
        Set<ListenerCounter> missing = EnumSet.noneOf(ListenerCounter.class);
        missing.addAll(BpfListeners.counted(running));
        running.removeAll(programs);
        missing.removeAll(BpfListeners.counted(running));
        List<String> effects = new ArrayList<>();
        String absent = names(missing, counter -> !counter.approximated());
        String approximate = names(missing, ListenerCounter::approximated);
        if (!absent.isEmpty()) {
            effects.add("tcpEStatsListenerTable has no " + absent);
        }
        if (!approximate.isEmpty()) {
            effects.add("only approximate for listeners: " + approximate);
        }
        return new SourceRefusal(
                "bpf",
                PART,
                cause + "; " + String.join("; ", effects)
                        + "; a kernel that permits BPF programs of the types fentry and fexit has them",
                false);
    }

    /** Returns the names as a list in English: "a", "a and b", "a, b and c". */
    private static String names(Set<ListenerCounter> missing, Predicate<ListenerCounter> which) {
        List<String> names =
                missing.stream().filter(which).map(ListenerCounter::label).toList();
        int last = names.size() - 1;
        return last < 1
                ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }
}
