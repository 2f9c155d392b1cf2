package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.filter.FlowMatcher;
import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * The flows of a snapshot that meet a condition, and what they do together.
 *
 * @param snapshot the snapshot
 * @param condition the condition
 * @param flows the indexes of the flows
 * @param totals what they do together
 */
record Selection(FlowSnapshot snapshot, String condition, BitSet flows, ShownTotals totals) {
    /**
     * Selects flows: one pass over all.
     *
     * @param within selects the flows that can be shown at all
     * @param view has the condition
     */
    static Selection of(FlowSnapshot snapshot, Predicate<Flow> within, FlowsView view) {
        Predicate<Flow> matches = within.and(FlowMatcher.of(view.filter()));
        BitSet flows = new BitSet(snapshot.flows().size());
        for (int i = 0; i < snapshot.flows().size(); i++) {
            flows.set(i, matches.test(new Flow(snapshot, i)));
        }
        return new Selection(snapshot, view.condition(), flows, ShownTotals.of(snapshot, flows::get));
    }

    boolean isOf(FlowSnapshot other, FlowsView view) {
        return snapshot.generation() == other.generation() && condition.equals(view.condition());
    }

    IntPredicate among() {
        return flows::get;
    }

    int count() {
        return totals.summary().count();
    }
}
