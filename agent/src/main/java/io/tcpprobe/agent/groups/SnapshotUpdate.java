package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.groups.LiveFlows.Live;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.GroupField;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Compares two snapshots, whose flows are in the order of their ids, and counts what the flows of the later one have added. */
final class SnapshotUpdate {
    private static final int BLOCK = 128;
    private static final long NO_ID = Long.MAX_VALUE;

    private final GroupCounter counter;
    private final GroupTotals totals;
    private final LiveFlows before;
    private final LiveFlows after;
    private final FlowColumns now;
    private final Context context;

    /** The flows that may have ended after the later snapshot was begun. */
    private final long[] recentEnds;

    private final boolean endsKnown;
    private final boolean[] stays = new boolean[BLOCK];
    private final long[] olds = new long[BLOCK];
    private final long[] news = new long[BLOCK];

    /**
     * What is known about the later snapshot.
     *
     * @param takenNanos when it was begun
     * @param found true if its new flows may have been opened before the earlier one
     */
    record Context(long takenNanos, boolean found) {}

    /** Compares the flows counted last with those of a snapshot; {@code after} receives the groups of its flows. */
    SnapshotUpdate(GroupCounter counter, LiveFlows before, LiveFlows after, FlowColumns now, Context context) {
        this.counter = counter;
        this.totals = counter.totals();
        this.before = before;
        this.after = after;
        this.now = now;
        this.context = context;
        this.recentEnds = counter.recentEnds().since(context.takenNanos);
        this.endsKnown = counter.recentEnds().knowsSince(context.takenNanos);
    }

    /** Counts all flows. */
    void run() {
        int old = 0;
        int index = 0;
        while (old < before.columns.size() || index < now.size()) {
            long oldId = old < before.columns.size() ? before.columns.flowId(old) : NO_ID;
            long id = index < now.size() ? now.flowId(index) : NO_ID;
            if (oldId < id) {
                vanish(old++);
            } else if (id < oldId) {
                appear(index++);
            } else {
                int count = common(old, index);
                stay(old, index, count);
                old += count;
                index += count;
            }
        }
    }

    /** Returns the number of consecutive flows that are in both snapshots, up to a block. */
    private int common(int old, int index) {
        int max = Math.min(BLOCK, Math.min(before.columns.size() - old, now.size() - index));
        int count = 1;
        while (count < max && before.columns.flowId(old + count) == now.flowId(index + count)) {
            count++;
        }
        return count;
    }

    private void vanish(int old) {
        if (before.live(old)) {
            counter.miss(before.columns.flowId(old), before.get(old), context.takenNanos);
        }
    }

    private void appear(int index) {
        long id = now.flowId(index);
        if (!endsKnown || Arrays.binarySearch(recentEnds, id) >= 0) {
            return; // it may have ended, and be counted
        }
        FlowValues flow = now.at(index);
        Live missed = counter.found(id);
        begin(index, flow, missed == null ? counter.begin(flow, context.found) : missed);
    }

    private void begin(int index, FlowValues flow, Live counted) {
        counter.addIncrease(counted, flow);
        after.put(index, counted.groups(), 0);
    }

    private void stay(int old, int index, int count) {
        for (int i = 0; i < count; i++) {
            stays[i] = before.live(old + i);
            if (stays[i]) {
                stayOne(old + i, index + i);
            } else if (!before.ended(old + i)) {
                appearFrom(before.baseOf(old + i), index + i);
            }
        }
        for (GroupField sum : GroupField.sums()) {
            addIncrease(sum, sum.summed().orElseThrow(), old, index, count);
        }
        countOpened(old, index, count);
    }

    private void appearFrom(long @Nullable [] base, int index) {
        if (base == null) {
            appear(index);
        } else {
            begin(index, now.at(index), counter.beginFrom(now.at(index), base));
        }
    }

    private void stayOne(int old, int index) {
        after.put(index, before.groups, LiveFlows.at(old));
        if (totals.unsettled(after.groups, LiveFlows.at(index))) {
            totals.settle(now.at(index), after.groups, LiveFlows.at(index));
        }
    }

    private void addIncrease(GroupField sum, FlowField field, int old, int index, int count) {
        if (!copy(field, old, index, count)) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (olds[i] != news[i] && stays[i]) {
                long more = CountedValues.increase(field, olds[i], news[i]);
                totals.add(after.groups, LiveFlows.at(index + i), sum, more);
            }
        }
    }

    private void countOpened(int old, int index, int count) {
        if (!copy(FlowField.STATE, old, index, count)) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (stays[i] && CountedValues.isOpening(olds[i]) && !CountedValues.isOpening(news[i])) {
                totals.add(after.groups, LiveFlows.at(index + i), GroupField.OPENED, 1);
            }
        }
    }

    /** Copies a field of both snapshots; returns true if it has changed. */
    private boolean copy(FlowField field, int old, int index, int count) {
        before.columns.copy(field, old, count, olds, 0);
        now.copy(field, index, count, news, 0);
        return !Arrays.equals(olds, 0, count, news, 0, count);
    }
}
