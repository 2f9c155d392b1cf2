package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.groups.LiveFlows.Live;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.GroupField;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts flows in groups: what live flows have added since the last snapshot, and what ended flows had. Nothing is counted twice, and no
 * counter falls:
 *
 * <ul>
 *   <li>A flow that was opened while the agent ran counts from zero; one that the agent found counts from the values found, because what it
 *       did before may have been counted already, before it was evicted or the agent restarted.
 *   <li>The end of a flow can be reported before a snapshot is counted that was begun earlier, or after one that was begun later. So a flow
 *       whose end is known is not counted again, and a flow that is missing in a snapshot stays counted as live for a while.
 * </ul>
 *
 * <p>Not thread-safe.
 */
final class GroupCounter {
    /** The end of a flow is reported in this time. The source bpf does so within a tenth of a second. */
    static final long REPORT_NANOS = 2_000_000_000;

    /** Three seconds at 20,000 ends a second. */
    static final int RECENT_ENDS = 1 << 16;

    private static final Set<GroupField> ALWAYS = EnumSet.of(
            GroupField.FLOWS,
            GroupField.ASSIGNED,
            GroupField.OPENED,
            GroupField.MISSED,
            GroupField.ENDED_UNKNOWN,
            GroupField.RTT_P50,
            GroupField.RTT_P90,
            GroupField.RTT_P99);

    /** What the SYNs of a failed connect that were sent again count as. */
    private static final List<GroupField> SYN_FIELDS = List.of(GroupField.RETRANS, GroupField.RETRANS_HANDSHAKE);

    private final GroupTotals totals;
    private final FlowRoles roles;
    private final RecentEnds recentEnds;
    private final Set<GroupField> present = EnumSet.copyOf(ALWAYS);
    private final Map<Long, Missing> missing = new HashMap<>();
    private LiveFlows live = new LiveFlows(FlowColumns.none(), true);
    private long begunNanos;
    private long takenNanos;

    /** True if flows may be found that were opened before: some were skipped, or the settings selected others before. */
    private boolean incomplete;

    private boolean selectionChanged;

    /** A live flow that was not in the last snapshot, although its end was not reported. */
    private record Missing(Live flow, long sinceNanos) {}

    /**
     * What must be known before a snapshot is counted.
     *
     * @param flows the indexes of the flows that are to be put into groups, or into those of their process and container
     * @param needsListeners true if the listeners determine the role of one of them
     * @param needsContainers true if the control groups determine the container of one of them
     */
    record Unsettled(int[] flows, boolean needsListeners, boolean needsContainers) {
        /** Returns true if something must be read from the kernel, besides the owners. */
        boolean needsKernel() {
            return needsListeners || needsContainers;
        }
    }

    /**
     * Creates a counter without flows.
     *
     * @param recentEnds capacity for ends that are younger than a snapshot: a power of two, at least 64
     */
    GroupCounter(GroupTotals totals, FlowRoles roles, int recentEnds) {
        this.totals = totals;
        this.roles = roles;
        this.recentEnds = new RecentEnds(recentEnds);
    }

    /**
     * Notes the flows that exist already: what they have now does not count. They are put into groups when the next snapshot is counted, so
     * that the start takes no time.
     */
    void begin(FlowSnapshot snapshot) {
        roles.readListeners(); // for flows that end before a snapshot is counted
        live = new LiveFlows(snapshot.flows(), true);
        begunNanos = snapshot.takenNanos();
        takenNanos = begunNanos;
    }

    /** Notes that a setting selects other flows than before: the next new flows need not have been opened just now. */
    void selectionChanged() {
        selectionChanged = true;
    }

    /** Returns what must be known before a snapshot is counted. Reads nothing from the kernel. */
    Unsettled unsettled(FlowColumns now) {
        boolean needsListeners = false;
        int[] indexes = new int[now.size()];
        int count = 0;
        int old = 0;
        for (int i = 0; i < now.size(); i++) {
            long id = now.flowId(i);
            while (old < live.columns.size() && live.columns.flowId(old) < id) {
                old++;
            }
            boolean known = old < live.columns.size() && live.columns.flowId(old) == id && live.counted(old);
            if (!known) {
                needsListeners |= !FlowRoles.inRow(now.at(i));
                totals.containers().want(now.at(i));
            } else if (totals.unsettledPod(live.groups, LiveFlows.at(old))) {
                totals.containers().wantPod(now.at(i));
            }
            if (!known || totals.unsettled(live.groups, LiveFlows.at(old))) {
                indexes[count++] = i;
            }
        }
        return new Unsettled(
                Arrays.copyOf(indexes, count),
                needsListeners,
                totals.containers().toBeRead());
    }

    /**
     * Reads ahead what {@link #count} needs and what may take long: the owners, the listeners and the control groups. May be called while ends are counted.
     */
    void prepare(FlowColumns now, Unsettled unsettled) {
        for (int index : unsettled.flows) {
            now.text(FlowField.COMMAND, index); // is kept by the snapshot
        }
        if (unsettled.needsListeners) {
            roles.readListeners();
        }
        if (unsettled.needsContainers) {
            totals.containers().read();
        }
    }

    /** Counts a snapshot, which must not be older than the last one. */
    void count(FlowSnapshot snapshot) {
        FlowColumns now = snapshot.flows();
        LiveFlows after = new LiveFlows(now, false);
        provide(now::hasColumn);
        if (snapshot.statistics().containsKey(FlowStatistic.CONNECTS_REFUSED)) {
            GroupField.all().stream()
                    .filter(field -> field.reason().isPresent())
                    .forEach(present::add);
        }
        incomplete |= snapshot.statistics().getOrDefault(FlowStatistic.MAXFLOW_REACHED, 0L) > 0
                || snapshot.statistics().getOrDefault(FlowStatistic.MEMORY_ALLOC_FAILED, 0L) > 0;
        boolean found = incomplete || selectionChanged || live.replacedIn(now);
        selectionChanged = false;
        expireMissing(snapshot.takenNanos());
        var context = new SnapshotUpdate.Context(snapshot.takenNanos(), found);
        new SnapshotUpdate(this, live, after, now, context).run();
        live = after;
        takenNanos = snapshot.takenNanos();
    }

    /** Notes which fields the source provides. */
    private void provide(Predicate<FlowField> has) {
        for (int i = 0; i < CountedValues.FIELDS.size(); i++) {
            if (!present.contains(GroupField.sums().get(i)) && has.test(CountedValues.FIELDS.get(i))) {
                present.add(GroupField.sums().get(i));
            }
        }
    }

    private void expireMissing(long nowNanos) {
        missing.values().removeIf(flow -> {
            boolean expired = nowNanos - flow.sinceNanos > REPORT_NANOS;
            if (expired) {
                totals.add(flow.flow.groups(), 0, GroupField.MISSED, 1);
                totals.add(flow.flow.groups(), 0, GroupField.FLOWS, -1);
            }
            return expired;
        });
    }

    GroupTotals totals() {
        return totals;
    }

    RecentEnds recentEnds() {
        return recentEnds;
    }

    /** Notes that a live flow is not in a snapshot, although its end was not reported. */
    void miss(long flowId, Live flow, long nowNanos) {
        missing.put(flowId, new Missing(flow, nowNanos));
    }

    /** Returns a flow that was missing and is not any more; null if it was not missing. */
    @Nullable
    Live found(long flowId) {
        Missing flow = missing.remove(flowId);
        return flow == null ? null : flow.flow;
    }

    /**
     * Puts a new flow into its groups, and counts it as live.
     *
     * @param found true if it may have been opened before, so that it counts from its values
     */
    Live begin(FlowValues flow, boolean found) {
        int[] groups = totals.groupsOf(flow, roles.of(flow));
        boolean opening = CountedValues.isOpening(flow);
        boolean older = flow.has(FlowField.FIRST_SEEN) && flow.number(FlowField.FIRST_SEEN) - begunNanos <= 0;
        boolean fromZero = flow.has(FlowField.ACTIVE_OPEN) || !found && !older;
        totals.add(groups, 0, GroupField.ASSIGNED, 1);
        totals.add(groups, 0, GroupField.FLOWS, 1);
        if (fromZero && !opening) {
            totals.add(groups, 0, GroupField.OPENED, 1);
        }
        long[] values = fromZero ? new long[CountedValues.FIELDS.size()] : CountedValues.of(flow);
        return new Live(groups, values, opening);
    }

    /** Does the same for a flow that the agent found at its start, whose values were these. */
    Live beginFrom(FlowValues flow, long[] base) {
        Live begun = begin(flow, true);
        return flow.has(FlowField.ACTIVE_OPEN) ? begun : new Live(begun.groups(), base, begun.opening());
    }

    /** Adds what the values of a flow have increased by. */
    void addIncrease(Live flow, FlowValues now) {
        long[] values = CountedValues.of(now);
        for (int i = 0; i < values.length; i++) {
            long more = CountedValues.increase(CountedValues.FIELDS.get(i), flow.values()[i], values[i]);
            if (more != 0) {
                totals.add(flow.groups(), 0, GroupField.sums().get(i), more);
            }
        }
    }

    /** Counts the end of a flow. */
    void ended(FlowRow row, long nowNanos) {
        recentEnds.add(row.flowId(), nowNanos);
        provide(row::has);
        Live flow = live.end(row.flowId());
        if (flow == null) {
            flow = found(row.flowId());
        }
        if (flow == null) {
            long[] base = live.endBase(row.flowId());
            flow = base == null ? begin(row, incomplete || selectionChanged) : beginFrom(row, base);
        } else if (flow.opening() && !CountedValues.isOpening(row) && row.has(FlowField.END_REASON)) {
            totals.add(flow.groups(), 0, GroupField.OPENED, 1);
        }
        if (totals.unsettled(flow.groups(), 0)) {
            totals.settle(row, flow.groups(), 0);
        }
        addIncrease(flow, row);
        totals.add(flow.groups(), 0, GroupField.FLOWS, -1);
        totals.add(flow.groups(), 0, CountedValues.reason(row), 1);
    }

    /** Counts a connect that failed and was no flow. */
    void failed(FlowRow row) {
        int[] groups = totals.groupsOf(row, FlowRole.CLIENT);
        GroupField reason = CountedValues.reason(row);
        totals.add(groups, 0, GroupField.ASSIGNED, 1);
        totals.add(groups, 0, reason.failure() ? reason : GroupField.FAILED_OTHER, 1);
        if (row.has(FlowField.RETRANS)) {
            present.addAll(SYN_FIELDS);
            long syns = row.number(FlowField.RETRANS);
            SYN_FIELDS.forEach(field -> totals.add(groups, 0, field, syns));
        }
    }

    /** Returns all groups as they are now. */
    GroupSnapshot snapshot() {
        List<Group> groups = totals.groups(EnumSet.copyOf(present));
        return new GroupSnapshot(takenNanos, groups);
    }
}
