package io.tcpprobe.agent.flows;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Ranks the flows of a snapshot by a measure, or by activity. */
public final class FlowRanking {
    private FlowRanking() {}

    private record Ranked(int index, boolean present, long value) implements Comparable<Ranked> {
        @Override
        public int compareTo(Ranked other) {
            if (present != other.present) {
                return Boolean.compare(present, other.present);
            }
            int byValue = Long.compareUnsigned(value, other.value);
            return byValue != 0
                    ? byValue
                    : Integer.compare(other.index, index); // of flows with equal values, the older one comes first
        }
    }

    /**
     * Returns the flows with the maximum values of a measure, in descending order; flows without it come last.
     */
    public static List<Flow> top(FlowSnapshot snapshot, FlowMeasure measure, int count) {
        return top(snapshot, measure, count, _ -> true);
    }

    /** Returns the same, of the flows at the selected indexes of the snapshot. */
    public static List<Flow> top(FlowSnapshot snapshot, FlowMeasure measure, int count, IntPredicate among) {
        return top(snapshot, measure.in(snapshot), count, among);
    }

    /** Returns the flows of which the measure is known and not 0, in the same order. */
    static List<Flow> topAboveZero(FlowSnapshot snapshot, FlowMeasure measure, int count) {
        FlowMeasure.Values values = measure.in(snapshot);
        return top(snapshot, values, count, index -> values.has(index) && values.order(index) != 0);
    }

    /** Returns the busiest flows, in descending order of the bytes that were acknowledged and received since they began. */
    public static List<Flow> busiest(FlowSnapshot snapshot, int count) {
        return busiest(snapshot, count, _ -> true);
    }

    /** Returns the same, of the flows at the selected indexes of the snapshot. */
    public static List<Flow> busiest(FlowSnapshot snapshot, int count, IntPredicate among) {
        return new MeasureOrder(Optional.empty(), false).first(snapshot, count, among);
    }

    /** Returns the same by values. */
    static List<Flow> top(FlowSnapshot snapshot, FlowMeasure.Values values, int count, IntPredicate among) {
        FirstFlows<Ranked> best = new FirstFlows<>(count, Collections.reverseOrder());
        for (int i = 0; i < snapshot.flows().size(); i++) {
            if (among.test(i) && isCandidate(best.last(), values, i)) {
                boolean has = values.has(i);
                best.add(new Ranked(i, has, has ? values.order(i) : 0));
            }
        }
        return best.sorted().stream()
                .map(ranked -> new Flow(snapshot, ranked.index))
                .toList();
    }

    /** Returns false if a flow ranks behind the last one of the first: most flows do, and need no object. */
    private static boolean isCandidate(@Nullable Ranked last, FlowMeasure.Values values, int index) {
        if (last == null) {
            return true;
        }
        return values.has(index) && (!last.present || Long.compareUnsigned(values.order(index), last.value) > 0);
    }
}
