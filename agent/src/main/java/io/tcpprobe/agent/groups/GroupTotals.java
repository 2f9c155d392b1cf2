package io.tcpprobe.agent.groups;

import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The totals of all groups. A flow is a member of one group of each kind; the numbers of its groups are {@link #KINDS} consecutive elements
 * of an array, which the callers keep. Without a kubelet no flow is a member of a group by pod: the number is 0. Not thread-safe.
 */
final class GroupTotals {
    /** The number of kinds. */
    static final int KINDS = GroupKind.all().size();

    private static final int PROCESS = GroupKind.all().indexOf(GroupKind.PROCESS);
    private static final int CONTAINER = GroupKind.all().indexOf(GroupKind.CONTAINER);
    private static final int POD = GroupKind.all().indexOf(GroupKind.POD);

    private final GroupNames names;
    private final List<KindTotals> kinds;
    private final boolean[] served = new boolean[KINDS];

    /**
     * Creates the totals.
     *
     * @param max maximum number of groups of each kind, without the groups other and unknown
     */
    GroupTotals(GroupNames names, int max) {
        this.names = names;
        this.kinds =
                GroupKind.all().stream().map(kind -> new KindTotals(kind, max)).toList();
        for (int i = 0; i < KINDS; i++) {
            served[i] = names.containers().serves(GroupKind.all().get(i));
        }
    }

    /** Returns the numbers of the groups of a flow, in the order of the kinds. */
    int[] groupsOf(FlowValues flow, FlowRole role) {
        names.containers().want(flow);
        int[] groups = new int[KINDS];
        for (int i = 0; i < KINDS; i++) {
            if (served[i]) {
                groups[i] = kinds.get(i).numberOf(names.of(GroupKind.all().get(i), flow, role));
            }
        }
        return groups;
    }

    /** Returns true if the process, the container or the pod of a flow was not known when the flow was put into its groups. */
    boolean unsettled(int[] groups, int at) {
        return kinds.get(PROCESS).isUnknown(groups[at + PROCESS])
                || kinds.get(CONTAINER).isUnknown(groups[at + CONTAINER])
                        && names.containers().any()
                || unsettledPod(groups, at);
    }

    /** Returns true if the pod of a flow was not known when the flow was put into its groups. */
    boolean unsettledPod(int[] groups, int at) {
        return served[POD]
                && kinds.get(POD).isUnknown(groups[at + POD])
                && names.containers().any();
    }

    /** Moves a live flow to the groups of its process, container and pod if these have become known. */
    void settle(FlowValues flow, int[] groups, int at) {
        settle(PROCESS, flow, groups, at);
        settle(CONTAINER, flow, groups, at);
        if (served[POD]) {
            settle(POD, flow, groups, at);
        }
    }

    private void settle(int kind, FlowValues flow, int[] groups, int at) {
        KindTotals totals = kinds.get(kind);
        if (!totals.isUnknown(groups[at + kind])) {
            return;
        }
        int number = totals.numberOf(names.of(GroupKind.all().get(kind), flow, FlowRole.UNKNOWN));
        if (!totals.isUnknown(number)) {
            totals.add(groups[at + kind], GroupField.FLOWS, -1);
            totals.add(number, GroupField.FLOWS, 1);
            totals.add(number, GroupField.ASSIGNED, 1);
            groups[at + kind] = number;
        }
    }

    Containers containers() {
        return names.containers();
    }

    /** Adds to a value of all groups of a flow. */
    void add(int[] groups, int at, GroupField field, long more) {
        for (int kind = 0; kind < KINDS; kind++) {
            if (served[kind]) {
                kinds.get(kind).add(groups[at + kind], field, more);
            }
        }
    }

    /** Returns all groups as they are now. */
    List<Group> groups(Set<GroupField> present) {
        List<Group> all = new ArrayList<>();
        for (int kind = 0; kind < KINDS; kind++) {
            if (served[kind]) {
                all.addAll(kinds.get(kind).groups(present));
            }
        }
        return List.copyOf(all);
    }
}
