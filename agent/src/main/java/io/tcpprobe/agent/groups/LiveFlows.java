package io.tcpprobe.agent.groups;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The flows of the snapshot that was counted last: the values counted so far, and the numbers of the groups. */
final class LiveFlows {
    final FlowColumns columns;

    /** The groups of the flow at index i: {@link GroupTotals#KINDS} elements from i times that on; 0 if it is not counted. */
    final int[] groups;

    private final boolean base;
    private final BitSet ended = new BitSet();

    /**
     * A flow that is counted as live.
     *
     * @param groups the numbers of its groups
     * @param values the values counted so far
     * @param opening true if it was not established then
     */
    record Live(int[] groups, long[] values, boolean opening) {}

    /**
     * Creates it for a snapshot; no flow is counted yet.
     *
     * @param base true if its flows are those that the agent found at its start: what they have now does not count
     */
    LiveFlows(FlowColumns snapshot, boolean base) {
        this.base = base;
        columns = snapshot.only(CountedValues.KEPT);
        groups = new int[snapshot.size() * GroupTotals.KINDS];
    }

    /** Returns the place of a flow's groups. */
    static int at(int index) {
        return index * GroupTotals.KINDS;
    }

    /** Returns true if the flow at an index is in groups; it may have ended since. */
    boolean counted(int index) {
        return groups[at(index)] != 0;
    }

    /** Returns true if the flow at an index is counted as live. */
    boolean live(int index) {
        return counted(index) && !ended.get(index);
    }

    /** Returns true if the flow at an index has ended. */
    boolean ended(int index) {
        return ended.get(index);
    }

    /** Returns the values from which the flow at an index counts; null if it is not one that the agent found at its start. */
    long @Nullable [] baseOf(int index) {
        return base && !ended.get(index) ? CountedValues.of(columns.at(index)) : null;
    }

    /** Marks the flow with this id as ended and returns {@link #baseOf} of it. */
    long @Nullable [] endBase(long flowId) {
        int index = columns.indexOf(flowId);
        if (index < 0) {
            return null;
        }
        long[] values = baseOf(index);
        ended.set(index);
        return values;
    }

    /** Puts a flow into its groups. */
    void put(int index, int[] from, int at) {
        System.arraycopy(from, at, groups, at(index), GroupTotals.KINDS);
    }

    /** Returns the flow at an index. */
    Live get(int index) {
        return new Live(
                Arrays.copyOfRange(groups, at(index), at(index + 1)),
                CountedValues.of(columns.at(index)),
                CountedValues.isOpening(columns.number(FlowField.STATE, index)));
    }

    /** Marks the flow with this id as ended and returns it; null if no live flow has it. */
    @Nullable
    Live end(long flowId) {
        int index = columns.indexOf(flowId);
        if (index < 0 || !live(index)) {
            return null;
        }
        ended.set(index);
        return get(index);
    }

    /** Returns true if no flow is in another snapshot, although there are flows whose end was not reported: another source has replaced theirs. */
    boolean replacedIn(FlowColumns other) {
        boolean any = false;
        for (int i = 0; i < columns.size(); i++) {
            if (live(i) || base && !ended.get(i)) {
                any = true;
                if (other.indexOf(columns.flowId(i)) >= 0) {
                    return false;
                }
            }
        }
        return any;
    }
}
